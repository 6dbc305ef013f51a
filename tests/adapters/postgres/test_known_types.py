"""Device types from the cache of one process, and whether they and their devices are still registered."""

from collections.abc import AsyncIterator, Callable
from typing import LiteralString

import psycopg
import pytest

from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.known_types import PostgresKnownTypes
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.errors import UnknownDeviceType
from tests.support.catalogue import CUTTING

REGISTER = "insert into t_device_info (device_code, device_name, device_type) values (%s, %s, %s)"
ODD_CODES = ("炉😀", "it's", 'a"b', '"', '""', '","', "a\\b", "\\", "{}", "NULL", "null", " a ", "a,b", "\n", "%s")

Execute = Callable[[LiteralString], None]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_pool(database_url, max_size=1) as pool:
        database = Database(pool)
        await PostgresCatalogue(database).put_type(CUTTING)
        yield database


@pytest.fixture
def execute(database_url: str) -> Execute:
    """Run a statement as another program does."""

    def run(statement: LiteralString) -> None:
        with psycopg.connect(database_url) as connection:
            connection.execute(statement)

    return run


async def test_a_type_is_read_once_and_is_the_same_object_while_it_does_not_change(database: Database) -> None:
    types = PostgresKnownTypes(database)

    known = await types.type_of("cutting")

    assert known.device_type == await PostgresCatalogue(database).get_type("cutting")
    assert await types.type_of("cutting") is known
    assert await types.read("cutting") is known
    assert (await types.type_of("切割机")).device_type == known.device_type
    with pytest.raises(UnknownDeviceType):
        await types.type_of("milling")


async def test_each_code_that_is_not_registered_with_the_type_is_found(database: Database, database_url: str) -> None:
    others = [("A", "A", "切割机"), ("W", "W", "welding"), ("N", "N", None)]
    devices = [*((code, code, "cutting") for code in ODD_CODES), *others]
    with psycopg.connect(database_url) as connection:
        connection.cursor().executemany(REGISTER, devices)
    types = PostgresKnownTypes(database)
    known = await types.type_of("cutting")

    assert await types.unregistered(known, frozenset((*ODD_CODES, "A"))) == frozenset()
    assert await types.unregistered(known, frozenset((*ODD_CODES, "A", "W", "N", "X", "a"))) == frozenset("WNXa")
    for code in (*ODD_CODES, "A"):
        assert await types.unregistered(known, frozenset((code,))) == frozenset()


async def test_a_device_that_another_program_deleted_or_moved_is_not_registered_from_then_on(
    database: Database, execute: Execute
) -> None:
    execute(
        "insert into t_device_info (device_code, device_name, device_type) "
        "select code, code, 'cutting' from unnest('{A,B}'::text[]) as code"
    )
    types = PostgresKnownTypes(database)
    known = await types.type_of("cutting")
    assert await types.unregistered(known, frozenset("AB")) == frozenset()

    execute("delete from t_device_info where device_code = 'A'")
    assert await types.unregistered(known, frozenset("AB")) == frozenset("A")
    execute("update t_device_info set device_type = 'welding' where device_code = 'B'")
    assert await types.unregistered(known, frozenset("AB")) == frozenset("AB")
    execute("insert into t_device_info (device_code, device_name, device_type) values ('A', 'A', 'cutting')")
    assert await types.unregistered(known, frozenset("A")) == frozenset()


@pytest.mark.parametrize(
    "change",
    [
        "update t_device_type_field set maximum = 7 where type_code = 'cutting' and name = 'power_kw'",
        "delete from t_device_type_field where type_code = 'cutting' and name = 'pulses'",
        """insert into t_device_type_field (type_code, name, label_zh, label_en, column_type, position)
           values ('cutting', 'more', '更多', 'More', 'int', 9)""",
        "update t_device_type set super_table = 'test_db.other' where type_code = 'cutting'",
        "update t_device_type set aliases = '{}' where type_code = 'cutting'",
        "update t_device_type set enabled = false where type_code = 'cutting'",
    ],
)
async def test_a_type_that_another_program_changed_is_noticed_and_read_again(
    database: Database, execute: Execute, change: LiteralString
) -> None:
    types = PostgresKnownTypes(database)
    known = await types.type_of("cutting")

    execute(change)

    assert await types.unregistered(known, frozenset()) is None
    if "enabled" in change:
        with pytest.raises(UnknownDeviceType):
            await types.type_of("cutting")
    else:
        assert (await types.type_of("cutting")).device_type == await PostgresCatalogue(database).get_type("cutting")


async def test_an_alias_that_becomes_the_code_of_another_type_is_noticed(database: Database, execute: Execute) -> None:
    types = PostgresKnownTypes(database)
    known = await types.type_of("切割机")

    execute(
        "insert into t_device_type (type_code, label_zh, label_en, super_table) "
        "values ('切割机', '切割', 'Cutting', 'test_db.other')"
    )

    assert await types.unregistered(known, frozenset()) is None
    assert (await types.type_of("切割机")).device_type.type_code == "切割机"
