"""The codes of the registered devices of a type, part by part."""

import psycopg

from adapters.postgres.devices import PostgresDevices
from adapters.postgres.pool import Database, open_pool
from tests.support.catalogue import CUTTING

REGISTER = "insert into t_device_info (device_code, device_name, device_type) values (%s, %s, %s)"


async def test_the_parts_together_have_every_code_of_the_type_once_in_order(database_url: str) -> None:
    """The order is by code point, whatever the collation of the database, and includes the spellings of aliases."""
    codes = ["A1", "B2", "a1", "b2", "一号", "三号", "🏭"]
    devices = [(code, code, ("cutting", "切割机")[number % 2]) for number, code in enumerate(codes)]
    with psycopg.connect(database_url) as connection:
        connection.cursor().executemany(REGISTER, [*devices, ("C1", "C1", "welding"), ("C2", "C2", None)])

    found: list[list[str]] = []
    async with open_pool(database_url, max_size=1) as pool:
        store, last = PostgresDevices(Database(pool)), ""
        while part := await store.codes_after(CUTTING, last, limit=3):
            found.append(list(part))
            last = part[-1]

    assert found == [codes[:3], codes[3:6], codes[6:]]
