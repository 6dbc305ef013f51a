"""Master data in PostgreSQL: concurrent changes, and rows of other programs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from adapters.postgres.device_info import PostgresDeviceInfo
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.devices.device_info import (
    DeviceFacts,
    DeviceInfo,
    DeviceInfoFilter,
    DeviceSort,
    DeviceSortColumn,
)
from arcbeat.domain.errors import AlreadyExists, PreconditionFailed, StoreTimeout, UnknownDevice
from tests.support.postgres import Server

FACTS = DeviceFacts(device_name="a device", device_type="welding")
BY_CODE = DeviceSort(DeviceSortColumn.DEVICE_CODE)


@pytest.fixture(scope="module")
def url(postgres_server: Server, template_database: str) -> Iterator[str]:
    """A database whose sessions use the time zone of Shanghai."""
    uri = postgres_server.create_database(template=template_database)
    name = conninfo_to_dict(uri)["dbname"]
    zone = sql.SQL("alter database {} set timezone to 'Asia/Shanghai'").format(sql.Identifier(str(name)))
    postgres_server.administer(zone)
    yield uri
    postgres_server.drop_database(uri)


@pytest_asyncio.fixture(scope="module")
async def here(url: str) -> AsyncIterator[PostgresDeviceInfo]:
    async with open_pool(url) as pool:
        yield PostgresDeviceInfo(Database(pool))


@pytest_asyncio.fixture(scope="module")
async def there(url: str) -> AsyncIterator[PostgresDeviceInfo]:
    """The register as another process uses it."""
    async with open_pool(url) as pool:
        yield PostgresDeviceInfo(Database(pool))


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.mark.parametrize("round_", range(10))
async def test_one_of_several_concurrent_registrations_of_one_code_in_any_case_succeeds(
    here: PostgresDeviceInfo, there: PostgresDeviceInfo, round_: int
) -> None:
    spellings = [f"{letters}-{round_}" for letters in ("race", "RACE", "Race", "rAcE")]

    outcomes = await asyncio.gather(
        *(register.add(code, FACTS) for register in (here, there) for code in spellings), return_exceptions=True
    )

    assert [type(each) for each in outcomes if not isinstance(each, DeviceInfo)] == [AlreadyExists] * 7
    assert (await here.page(DeviceInfoFilter(keyword=f"race-{round_}"), BY_CODE, offset=0, limit=9)).total == 1


async def test_a_registration_that_waited_for_a_rolled_back_one_succeeds(here: PostgresDeviceInfo, url: str) -> None:
    """A registration waits for another program's insert of the same code, and succeeds if that is rolled back."""
    async with await psycopg.AsyncConnection.connect(url) as other:
        await other.execute("insert into t_device_info (device_code, device_name) values ('undone', 'x')")
        adding = asyncio.create_task(here.add("undone", FACTS))
        await _until_somebody_waits(url)
        await other.rollback()

        assert (await adding).facts == FACTS


async def test_a_code_that_another_program_inserted_first_already_exists(here: PostgresDeviceInfo, url: str) -> None:
    async with await psycopg.AsyncConnection.connect(url) as other:
        await other.execute("insert into t_device_info (device_code, device_name) values ('faster', 'x')")
        adding = asyncio.create_task(here.add("faster", FACTS))
        await _until_somebody_waits(url)
        await other.commit()

        with pytest.raises(AlreadyExists):
            await adding


async def _until_somebody_waits(url: str) -> None:
    waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while not (await connection.execute(waiting)).rowcount:
            pass


async def test_one_of_several_concurrent_changes_of_one_version_succeeds(
    here: PostgresDeviceInfo, there: PostgresDeviceInfo
) -> None:
    seen = frozenset({(await here.add("contested", FACTS)).version})

    outcomes = await asyncio.gather(
        *(
            register.change("contested", {"description": f"by {number}"}, seen)
            for number, register in enumerate((here, there) * 4)
        ),
        return_exceptions=True,
    )

    [changed] = [each for each in outcomes if isinstance(each, DeviceInfo)]
    assert [type(each) for each in outcomes if each is not changed] == [PreconditionFailed] * 7
    assert await here.get("contested") == changed


async def test_either_a_change_or_a_removal_of_one_version_succeeds(
    here: PostgresDeviceInfo, there: PostgresDeviceInfo
) -> None:
    for _ in range(5):
        seen = frozenset({(await here.add("on-the-brink", FACTS)).version})

        changed, removed = await asyncio.gather(
            here.change("on-the-brink", {"is_locked": True}, seen),
            there.remove("on-the-brink", seen),
            return_exceptions=True,
        )

        if isinstance(changed, DeviceInfo):
            assert isinstance(removed, PreconditionFailed)
            await here.remove("on-the-brink", None)
        else:
            assert (type(changed), removed) == (UnknownDevice, None)


async def test_timestamps_without_a_zone_are_in_the_time_zone_of_the_session(
    here: PostgresDeviceInfo, url: str
) -> None:
    execute(
        url,
        "insert into t_device_info (device_code, device_name, created_at, updated_at)"
        " values ('timed', 'x', '2026-01-01 07:30:00', null)",
    )

    device = await here.get("timed")
    added = await here.add("timed-now", FACTS)

    assert (device.created_at, device.updated_at) == (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), None)
    assert added.created_at is not None
    assert abs((datetime.now(UTC) - added.created_at).total_seconds()) < 60


async def test_a_row_with_mostly_nulls_is_read(here: PostgresDeviceInfo, url: str) -> None:
    execute(url, "insert into t_device_info (device_code, device_name, is_locked) values ('empty', '', null)")

    device = await here.get("empty")

    assert device.facts == DeviceFacts(device_name="", device_type=None, is_locked=False)
    assert device.type_code is None


async def test_the_code_of_a_type_takes_precedence_over_an_alias_of_another(here: PostgresDeviceInfo, url: str) -> None:
    execute(
        url,
        "insert into t_device_type (type_code, aliases, label_zh, label_en, super_table, position)"
        " values ('earlier', '{ambiguous}', 'x', 'x', 'db.earlier', -1), ('ambiguous', '{}', 'x', 'x', 'db.y', 9)",
    )

    by_code = await here.add("by-code", DeviceFacts(device_name="x", device_type="ambiguous"))

    assert by_code.type_code == "ambiguous"


async def test_waiting_for_a_lock_times_out(url: str) -> None:
    async with open_pool(url) as pool, await psycopg.AsyncConnection.connect(url) as other:
        register = PostgresDeviceInfo(Database(pool, timeout_seconds=0.5))
        await register.add("held", FACTS)
        await other.execute("select from t_device_info where device_code = 'held' for update")

        with pytest.raises(StoreTimeout):
            await register.change("held", {"is_locked": True}, None)

        await other.rollback()
        assert (await register.change("held", {"is_locked": True}, None)).facts.is_locked
