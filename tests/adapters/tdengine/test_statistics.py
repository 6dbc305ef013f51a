"""Tables of statistics, on recorded responses."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.statistics import TdengineStatistics
from arcbeat.domain.errors import Conflict, StoreBadValue, StoreObjectMissing, StoreProtocolError
from arcbeat.domain.readings.readings import AppendResult
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.statistics.rows import table_columns
from arcbeat.domain.statistics.state_columns import StateColumns
from arcbeat.services.statistics.tables import StatisticsTable
from tests.adapters.tdengine.conftest import OpenRest
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import StandIn, error, recorded, rows

TABLE = SuperTable("test_statistics_db", "welding_state_daily")
BOARD = SuperTable("test_statistics_db", "welding_stat_day")
DAY = datetime(2024, 4, 30, 16, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COLUMNS = StateColumns({"焊接": "welding_minutes", "调试": "setup_minutes"})
SETUP = Column(name="setup_minutes", type=ColumnType.DOUBLE)
TIMES = {
    "online_minutes": 360 * MINUTE,
    "total_minutes": 1440 * MINUTE,
    "offline_minutes": 1080 * MINUTE,
    "welding_minutes": 360 * MINUTE,
}


@pytest_asyncio.fixture
async def rest(stand_in: StandIn, open_rest: OpenRest) -> TdengineRest:
    return open_rest(stand_in.url)


@pytest_asyncio.fixture
async def statistics(rest: TdengineRest) -> AsyncIterator[TdengineStatistics]:
    store = TdengineStatistics(rest)
    yield store
    await store.aclose()


def replay(stand_in: StandIn, *names: str) -> None:
    stand_in.replay(*(EXCHANGES[f"statistics-{name}"] for name in names))


def opened(statistics: TdengineStatistics) -> StatisticsTable:
    return StatisticsTable(statistics, TABLE, COLUMNS, is_summary=False, dry_run=False)


async def test_a_table_is_created_in_the_database_of_the_readings(
    stand_in: StandIn, statistics: TdengineStatistics
) -> None:
    replay(stand_in, "describe-missing", "create")
    table = opened(statistics)

    await table.open(["welding_minutes"])

    assert table.is_created
    assert stand_in.statements[-1] == EXCHANGES["statistics-create"].sql


async def test_a_table_that_exists_is_described_as_it_was_created(
    stand_in: StandIn, statistics: TdengineStatistics
) -> None:
    replay(stand_in, "describe")

    assert list(await statistics.describe(TABLE)) == list(table_columns(["welding_minutes"], is_summary=False))


async def test_the_first_row_of_a_device_creates_a_subtable_with_a_name_that_no_reading_has(
    stand_in: StandIn, statistics: TdengineStatistics
) -> None:
    tags = [recorded(EXCHANGES[f"statistics-{name}"]) for name in ("no-subtable", "subtable")]
    stand_in.on("^select tags", *tags)
    stand_in.on("^describe", recorded(EXCHANGES["statistics-describe"]))
    replay(stand_in, "settings", "create-subtable", "insert")
    table = opened(statistics)
    await table.open(["welding_minutes"])

    assert await table.write(DAY, {"W1": TIMES}) == AppendResult(1)

    assert stand_in.matching("^create table") == [EXCHANGES["statistics-create-subtable"].sql]
    assert stand_in.matching("^insert") == [EXCHANGES["statistics-insert"].sql]


async def test_a_column_that_another_process_has_added_meanwhile_is_no_error(
    stand_in: StandIn, statistics: TdengineStatistics
) -> None:
    replay(stand_in, "add-column-again")
    meta = {"field": "VARCHAR", "type": "VARCHAR", "length": "INT", "note": "VARCHAR"}
    stand_in.on("^describe", rows(meta, ["ts", "TIMESTAMP", 8, ""], ["setup_minutes", "DOUBLE", 8, ""]))

    await statistics.add_columns(TABLE, [SETUP])

    assert stand_in.matching("^alter") == [EXCHANGES["statistics-add-column"].sql]


async def test_a_column_that_cannot_be_added_is_an_error(stand_in: StandIn, statistics: TdengineStatistics) -> None:
    replay(stand_in, "describe")
    stand_in.on("^alter", error(875, "Column already exists"))

    with pytest.raises(StoreProtocolError):
        await statistics.add_columns(TABLE, [SETUP])


async def test_a_row_in_a_table_of_another_program_has_tags_of_null(
    stand_in: StandIn, statistics: TdengineStatistics
) -> None:
    replay(stand_in, "board-describe", "board-insert")

    await statistics.write_foreign(BOARD, "arcbeat_welding", DAY, {"welding_minutes": 300, "online_rate": 30.5})

    assert stand_in.matching("^insert") == [EXCHANGES["statistics-board-insert"].sql]
    assert EXCHANGES["statistics-board-select"].rows == [
        ["2024-04-30T16:00:00.000Z", 300, 31.5, None, None, "arcbeat_welding"],
        ["2024-04-30T16:00:00.000Z", 312, 30.4166, "班组一", 1, "stat_team1"],
    ]


async def test_a_table_that_is_no_super_table_gets_no_rows(stand_in: StandIn, statistics: TdengineStatistics) -> None:
    replay(stand_in, "describe-plain")
    plain = SuperTable("test_statistics_db", "plain")

    with pytest.raises(StoreBadValue, match="is not a super table"):
        await statistics.write_foreign(plain, "arcbeat_welding", DAY, {"online_rate": 30.5})

    assert stand_in.matching("^insert") == []


async def test_a_table_of_another_program_is_not_altered(stand_in: StandIn, statistics: TdengineStatistics) -> None:
    replay(stand_in, "board-describe")
    table = StatisticsTable(statistics, BOARD, COLUMNS, is_summary=False, dry_run=False)

    with pytest.raises(Conflict, match="is not a table of statistics of arcbeat"):
        await table.open(["welding_minutes"])

    assert stand_in.matching("^alter") == []


async def test_a_missing_privilege_to_create_the_table_is_a_conflict(
    stand_in: StandIn, statistics: TdengineStatistics
) -> None:
    replay(stand_in, "describe-missing")
    stand_in.on("^create stable", error(0x2644, "Permission denied"))

    with pytest.raises(Conflict, match="may not create or alter the table"):
        await opened(statistics).open(["welding_minutes"])


@pytest.mark.parametrize("database", ["information_schema", "PERFORMANCE_SCHEMA"])
async def test_a_database_of_tdengine_itself_has_no_tables_of_statistics(
    stand_in: StandIn, statistics: TdengineStatistics, database: str
) -> None:
    table = SuperTable(database, "ins_tables")

    with pytest.raises(StoreObjectMissing):
        await statistics.describe(table)
    with pytest.raises(StoreObjectMissing):
        await statistics.write_foreign(table, "arcbeat_welding", DAY, {"online_rate": 30.5})

    assert stand_in.statements == []
