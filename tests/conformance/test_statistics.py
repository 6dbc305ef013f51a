"""Tables of statistics on every store: created, extended, written twice, and rows in tables of other programs."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from adapters.postgres.telemetry.statistics import PostgresStatistics
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.domain.errors import Conflict, StoreBadValue, StoreObjectMissing
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import AppendResult, HistoryQuery, Reading
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.statistics.ports import StatisticsStore
from arcbeat.domain.statistics.rows import table_columns
from arcbeat.domain.statistics.state_columns import StateColumns
from arcbeat.services.statistics.tables import StatisticsTable
from tests.conformance.columns import TAGS, TS
from tests.conformance.conftest import CreateTable
from tests.conformance.harness import Harness

DAY = datetime(2024, 4, 30, 16, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COLUMNS = StateColumns({"焊接": "welding_minutes", "待机": "standby_minutes", "切割": "cutting_minutes"})
TIMES = {"online_minutes": 360 * MINUTE, "total_minutes": 1440 * MINUTE, "offline_minutes": 1080 * MINUTE}
WELDING_TIMES = {**TIMES, "welding_minutes": 300.5 * MINUTE, "standby_minutes": 59.5 * MINUTE}


@pytest_asyncio.fixture(scope="session")
async def statistics(harness: Harness) -> AsyncIterator[StatisticsStore]:
    if isinstance(harness.store, PostgresTelemetry):
        yield PostgresStatistics(harness.store)
        return
    # Imported here, as in the harness, so that the suite does not need this adapter when no TDengine is given.
    from adapters.tdengine.rest import TdengineRest
    from adapters.tdengine.statistics import TdengineStatistics

    rest = TdengineRest.from_url(harness.url)
    store = TdengineStatistics(rest)
    yield store
    await store.aclose()
    await rest.aclose()


@pytest.fixture
def table(harness: Harness) -> SuperTable:
    """The name of a table that does not exist."""
    return SuperTable(harness.database, f"w{uuid.uuid4().hex[:12]}_state_daily")


def opened(store: StatisticsStore, table: SuperTable, columns: StateColumns = COLUMNS, **more: Any) -> StatisticsTable:
    return StatisticsTable(store, table, columns, **{"is_summary": False, "dry_run": False, **more})


async def history(store: TelemetryStore, table: SuperTable, code: str) -> list[Reading]:
    query = HistoryQuery(device_code=code, start=DAY - timedelta(days=9), end=DAY + timedelta(days=9))
    return list(await store.history(table, query))


async def values(store: TelemetryStore, table: SuperTable, code: str) -> dict[str, Value]:
    [row] = await history(store, table, code)
    assert row.ts == DAY
    return dict(row.values)


async def test_a_table_is_created_with_the_columns_of_its_states(
    statistics: StatisticsStore, table: SuperTable
) -> None:
    with pytest.raises(StoreObjectMissing):
        await statistics.describe(table)
    first, second = opened(statistics, table), opened(statistics, table)

    await first.open(["welding_minutes"])
    await second.open(["welding_minutes"])

    assert [each.name for each in await statistics.describe(table)] == [
        each.name for each in table_columns(["welding_minutes"], is_summary=False)
    ]
    assert (first.is_created, second.is_created, second.added_columns) == (True, False, [])


async def test_a_row_that_is_written_again_replaces_the_stored_one(
    store: TelemetryStore, statistics: StatisticsStore, table: SuperTable
) -> None:
    ours = opened(statistics, table)
    await ours.open(["welding_minutes", "standby_minutes"])

    for times in (TIMES, WELDING_TIMES, WELDING_TIMES):
        assert await ours.write(DAY, {"W1": times, "w1": TIMES, "三号/焊机": TIMES}) == AppendResult(3)

    expected = {
        "online_minutes": 360.0,
        "total_minutes": 1440.0,
        "offline_minutes": 1080.0,
        "silent_minutes": 0.0,
        "unknown_minutes": 0.0,
        "other_minutes": 0.0,
        "online_rate": 25.0,
        "welding_minutes": 300.5,
        "standby_minutes": 59.5,
    }
    assert await values(store, table, "W1") == expected
    for code in ("w1", "三号/焊机"):
        assert await values(store, table, code) == {**expected, "welding_minutes": 0.0, "standby_minutes": 0.0}


async def test_a_device_with_a_subtable_of_readings_gets_one_of_statistics_in_the_same_database(
    store: TelemetryStore, statistics: StatisticsStore, welding: SuperTable, table: SuperTable
) -> None:
    await store.append(welding, [Reading("W1", DAY, {"ip_quality": 1})])
    ours = opened(statistics, table)
    await ours.open(["welding_minutes"])

    assert await ours.write(DAY, {"W1": WELDING_TIMES}) == AppendResult(1)

    assert (await values(store, welding, "W1"))["ip_quality"] == 1
    assert (await values(store, table, "W1"))["welding_minutes"] == 300.5


async def test_a_state_that_is_new_gets_its_column_in_a_table_with_rows(
    store: TelemetryStore, statistics: StatisticsStore, table: SuperTable
) -> None:
    before = opened(statistics, table)
    await before.open(["welding_minutes"])
    await before.write(DAY, {"W1": {**TIMES, "welding_minutes": MINUTE}, "W2": TIMES})

    after = opened(statistics, table)
    await after.open(["welding_minutes", "standby_minutes"])
    await after.write(DAY, {"W1": {**TIMES, "cutting_minutes": 5 * MINUTE}})

    assert after.added_columns == ["standby_minutes", "cutting_minutes"]
    found = await values(store, table, "W1")
    assert [found[f"{name}_minutes"] for name in ("welding", "standby", "cutting")] == [0.0, 0.0, 5.0]
    assert (await values(store, table, "W2"))["cutting_minutes"] is None


async def test_the_column_of_a_state_that_has_none_any_more_becomes_null(
    store: TelemetryStore, statistics: StatisticsStore, table: SuperTable
) -> None:
    before = opened(statistics, table)
    await before.open(["welding_minutes", "standby_minutes"])
    await before.write(DAY, {"W1": WELDING_TIMES})

    after = opened(statistics, table, StateColumns({"焊接": "welding_minutes"}))
    await after.open(["welding_minutes"])
    await after.write(DAY, {"W1": {**TIMES, "welding_minutes": MINUTE, "other_minutes": 2 * MINUTE}})

    found = await values(store, table, "W1")
    assert [found[f"{name}_minutes"] for name in ("welding", "standby", "other")] == [1.0, None, 2.0]


async def test_a_summary_has_the_number_of_devices(
    store: TelemetryStore, statistics: StatisticsStore, table: SuperTable
) -> None:
    ours = opened(statistics, table, is_summary=True)
    await ours.open(["welding_minutes"])

    await ours.write(DAY, {"all": WELDING_TIMES}, count=7)

    found = await values(store, table, "all")
    assert (found["devices"], found["welding_minutes"], found["standby_minutes"]) == (7, 300.5, 59.5)


async def test_a_dry_run_creates_and_writes_nothing(statistics: StatisticsStore, table: SuperTable) -> None:
    ours = opened(statistics, table, dry_run=True)

    await ours.open(["welding_minutes"])
    assert await ours.write(DAY, {"W1": WELDING_TIMES}) == AppendResult(1)

    assert (ours.is_created, ours.added_columns) == (True, ["standby_minutes"])
    with pytest.raises(StoreObjectMissing):
        await statistics.describe(table)


async def test_a_table_of_another_program_is_not_altered(
    statistics: StatisticsStore, create_table: CreateTable
) -> None:
    columns = (TS, Column(name="online_rate", type=ColumnType.FLOAT), *TAGS)
    foreign = await create_table(columns)

    with pytest.raises(Conflict, match="is not a table of statistics of arcbeat: it has no suitable online_minutes"):
        await opened(statistics, foreign).open(["welding_minutes"])

    assert list(await statistics.describe(foreign)) == list(columns)


BOARD = (
    TS,
    Column(name="welding_minutes", type=ColumnType.INT),
    Column(name="online_rate", type=ColumnType.FLOAT),
    Column(name="note", type=ColumnType.NCHAR, length=20),
)
TEAM = Column(name="team", type=ColumnType.NCHAR, length=50, is_tag=True)


async def test_a_row_in_a_table_of_another_program_leaves_its_rows_alone(
    store: TelemetryStore, statistics: StatisticsStore, create_table: CreateTable, harness: Harness
) -> None:
    board = await create_table((*BOARD, TEAM) if harness.has_subtables else (*BOARD, *TAGS))
    await harness.insert_row(board, f"team_{board.name}", DAY, {"online_rate": 50.0, "note": "theirs"})

    for rate in (10.0, 30.5):
        row: dict[str, Value] = {"welding_minutes": 300, "online_rate": rate}
        await statistics.write_foreign(board, "arcbeat_welding", DAY, row)

    stored = await rows_of(store, board, ["online_rate", "welding_minutes"])
    assert sorted(stored, key=str) == [(30.5, 300), (50.0, None)]


async def rows_of(store: TelemetryStore, table: SuperTable, fields: list[str]) -> list[tuple[Value, ...]]:
    """Return values of all rows, of whatever subtable."""
    from psycopg import sql

    from adapters.tdengine.telemetry import TdengineTelemetry

    if isinstance(store, TdengineTelemetry):
        result = await store._rest.execute(f"select {', '.join(fields)} from {table}")  # noqa: S608 -- constants
        return list(result.rows)
    assert isinstance(store, PostgresTelemetry)
    statement = sql.SQL("select {} from {}").format(
        sql.SQL(", ").join(map(sql.Identifier, fields)), sql.Identifier(table.database, table.name)
    )
    return [tuple(row.values()) for row in await store._database.fetch_all(statement)]


async def test_a_value_that_does_not_fit_a_table_of_another_program_is_an_error(
    statistics: StatisticsStore, create_table: CreateTable, harness: Harness
) -> None:
    board = await create_table((*BOARD, TEAM) if harness.has_subtables else (*BOARD, *TAGS))

    with pytest.raises(StoreBadValue):
        await statistics.write_foreign(board, "arcbeat_welding", DAY, {"welding_minutes": 2**40})


async def test_a_table_that_is_no_super_table_has_no_rows_of_arcbeat(
    statistics: StatisticsStore, harness: Harness, tdengine: Harness
) -> None:
    plain = SuperTable(harness.database, f"plain_{uuid.uuid4().hex[:12]}")
    await tdengine.execute(f"create table {plain} (ts timestamp, online_rate float)")

    with pytest.raises(StoreBadValue, match="is not a super table"):
        await statistics.write_foreign(plain, "arcbeat_welding", DAY, {"online_rate": 30.5})


async def test_a_table_without_a_unique_key_has_no_rows_of_arcbeat(
    statistics: StatisticsStore, harness: Harness
) -> None:
    if harness.has_subtables:
        pytest.skip("every subtable of TDengine has the key ts")
    board = SuperTable(harness.database, f"board_{uuid.uuid4().hex[:12]}")
    await harness.execute(f"create table {board} (device_code text, ts timestamptz, online_rate real)")

    with pytest.raises(StoreBadValue, match="It must be unique in device_code and ts"):
        await statistics.write_foreign(board, "arcbeat_welding", DAY, {"online_rate": 30.5})
