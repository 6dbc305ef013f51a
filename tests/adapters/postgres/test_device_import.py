"""Imports of devices in PostgreSQL while others write."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

import psycopg
import pytest
import pytest_asyncio

from adapters.postgres.device_import import ROWS_PER_STATEMENT, PostgresDeviceImport
from adapters.postgres.device_info import PostgresDeviceInfo
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfo, DeviceInfoFilter
from arcbeat.domain.devices.imports import ImportPlan, RowOutcome
from arcbeat.domain.devices.table import DeviceTable
from arcbeat.domain.errors import AlreadyExists, Conflict, ImportRejected
from arcbeat.domain.files.tables import Table, TableRow
from tests.support.postgres import Server

SPELLINGS = frozenset({"welding"})
HEADER = ("device_code", "device_name", "device_type")
# More rows than one statement contains, so that there is a second one.
MANY = ROWS_PER_STATEMENT + 5


@pytest.fixture(scope="module")
def url(postgres_server: Server, template_database: str) -> Iterator[str]:
    uri = postgres_server.create_database(template=template_database)
    yield uri
    postgres_server.drop_database(uri)


@pytest_asyncio.fixture(scope="module")
async def database(url: str) -> AsyncIterator[Database]:
    async with open_pool(url) as pool:
        yield Database(pool)


@pytest.fixture
def importer(database: Database) -> PostgresDeviceImport:
    return PostgresDeviceImport(database)


@pytest.fixture
def register(database: Database) -> PostgresDeviceInfo:
    return PostgresDeviceInfo(database)


def table(codes: Sequence[str], name: str = "x") -> DeviceTable:
    rows = tuple(TableRow(number, (code, name, "welding")) for number, code in enumerate(codes, 2))
    return DeviceTable.of(Table(HEADER, rows))


def codes(prefix: str) -> list[str]:
    return [f"{prefix}-{number}" for number in range(MANY)]


def counted(plan: ImportPlan) -> dict[RowOutcome, int]:
    return {outcome: plan.count(outcome) for outcome in RowOutcome if plan.count(outcome)}


async def named(register: PostgresDeviceInfo, prefix: str) -> list[str]:
    """Return the names of the devices whose codes have this prefix."""
    pages = [page async for page in register.batches(DeviceInfoFilter(keyword=f"{prefix}-"))]
    return [each.facts.device_name for page in pages for each in page]


async def test_a_plan_stores_nothing(importer: PostgresDeviceImport, register: PostgresDeviceInfo) -> None:
    plan = await importer.plan(table(codes("planned")), SPELLINGS)

    assert counted(plan) == {RowOutcome.CREATED: MANY}
    assert await named(register, "planned") == []


async def test_concurrent_imports_of_one_file_store_it_once(
    importer: PostgresDeviceImport, register: PostgresDeviceInfo
) -> None:
    plans = await asyncio.gather(*(importer.carry_out(table(codes("twice")), SPELLINGS) for _ in range(3)))

    outcomes = [counted(plan) for plan in plans]
    assert [outcomes.count({each: MANY}) for each in (RowOutcome.CREATED, RowOutcome.UNCHANGED)] == [1, 2]
    assert len(await named(register, "twice")) == MANY


async def test_either_an_import_or_a_registration_that_differs_in_case_succeeds(
    importer: PostgresDeviceImport, register: PostgresDeviceInfo
) -> None:
    for round_ in range(5):
        added, plan = await asyncio.gather(
            register.add(f"Race-{round_}", DeviceFacts(device_name="x", device_type="welding")),
            importer.carry_out(table([f"rACE-{round_}", f"other-{round_}"]), SPELLINGS),
            return_exceptions=True,
        )

        assert (type(added), type(plan)) in {(DeviceInfo, ImportRejected), (AlreadyExists, ImportPlan)}
        assert len(await named(register, "race")) == round_ + 1


async def test_an_import_that_fails_is_rolled_back(
    importer: PostgresDeviceImport, register: PostgresDeviceInfo, database: Database
) -> None:
    """The existing table may have constraints that arcbeat does not know."""
    await importer.carry_out(table(codes("ruled")), SPELLINGS)
    await database.execute("alter table t_device_info add constraint rule check (device_name <> 'bad')")
    rows = [*((code, "good", "welding") for code in codes("ruled")), ("ruled-new", "bad", "welding")]
    file = DeviceTable.of(Table(HEADER, tuple(TableRow(at, row) for at, row in enumerate(rows, 2))))

    with pytest.raises(Conflict, match="constraint of the table"):
        await importer.carry_out(file, SPELLINGS)

    assert set(await named(register, "ruled")) == {"x"}


async def test_a_device_that_another_program_registers_rolls_the_import_back(
    importer: PostgresDeviceImport, register: PostgresDeviceInfo, url: str
) -> None:
    async with await psycopg.AsyncConnection.connect(url) as other:
        await other.execute("insert into t_device_info (device_code, device_name) values ('outside-9', 'theirs')")
        importing = asyncio.create_task(importer.carry_out(table(codes("outside")), SPELLINGS))
        await _until_somebody_waits(url)
        await other.commit()

        with pytest.raises(Conflict, match="import the file again"):
            await importing

    assert await named(register, "outside") == ["theirs"]


async def _until_somebody_waits(url: str) -> None:
    waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while not (await connection.execute(waiting)).rowcount:
            pass
