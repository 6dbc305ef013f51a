"""The statistics of the board on every store."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.board import SampledStatistic, StatisticQuery
from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.errors import StatisticEmpty, StatisticTableMissing
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.pages.board import BoardStatistics
from tests.conformance.columns import EVERY_TYPE, TAGS, TS
from tests.conformance.conftest import CreateTable
from tests.support.clocks import Clock
from tests.support.fakes import FakeDictionary

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2024, 4, 1, 12, tzinfo=BERLIN).astimezone(UTC)
"""The day after a change to summer time."""

DAILY = (
    TS,
    Column(name="welding_minutes", type=ColumnType.INT),
    Column(name="online_rate", type=ColumnType.DOUBLE),
    Column(name="shift", type=ColumnType.NCHAR, length=20),
    *TAGS,
)


async def read(store: TelemetryStore, table: SuperTable, days: int = 0) -> SampledStatistic:
    dictionary = FakeDictionary()
    dictionary.data["board", "rate"] = DictData(dict_type_id=2, data_label="rate", data_value=str(table))
    statistics = BoardStatistics(dictionary, store, Clock(NOON), database="hlzg_db", max_age_seconds=5)
    query = StatisticQuery(dict_name="board", data_label="rate", days=days, zone=BERLIN)
    return await statistics.read(query, max_age_seconds=None)


def rows(*rows: tuple[str, float, float | None, str | None]) -> Sequence[Reading]:
    """Return readings from rows of device, hours before noon, rate and shift."""
    return [
        Reading(device_code, NOON - timedelta(hours=hours), {"online_rate": rate, "shift": shift})
        for device_code, hours, rate, shift in rows
    ]


async def test_the_newest_row_of_any_device_is_used(store: TelemetryStore, create_table: CreateTable) -> None:
    table = await create_table(DAILY)
    await store.append(table, rows(("all", 30, 70.5, "早"), ("b", 6, 71.5, None), ("all", 29, 72.5, "晚")))

    known = await read(store, table)

    assert known.statistic.ts == NOON - timedelta(hours=6)
    assert known.statistic.values == {"welding_minutes": None, "online_rate": 71.5, "shift": None}
    assert [field.name for field in known.statistic.fields] == ["welding_minutes", "online_rate", "shift"]
    assert known.statistic.trend == []


async def test_the_trend_contains_the_last_value_of_each_field_per_day(
    store: TelemetryStore, create_table: CreateTable
) -> None:
    table = await create_table(DAILY)
    # of 23 hours, of 24, of none, and so far 12
    await store.append(
        table,
        rows(
            *(("all", 11.99, 70.0, None), ("b", 0.1, 71.0, "早"), ("all", 0, 72.0, None)),
            *(("all", 12.01, 60.0, "晚"), ("all", 34.99, 61.0, None)),
            *(("all", 35.01, 50.0, None), ("all", 50, 51.0, None)),
            ("all", 200, 1.0, None),
        ),
    )

    trend = (await read(store, table, days=4)).statistic.trend

    assert [(str(each.day), each.values.get("online_rate"), each.values.get("shift")) for each in trend] == [
        ("2024-03-29", None, None),
        ("2024-03-30", 50.0, None),
        ("2024-03-31", 60.0, "晚"),
        ("2024-04-01", 72.0, "早"),
    ]


async def test_columns_of_every_type_have_a_trend(store: TelemetryStore, create_table: CreateTable) -> None:
    table = await create_table(EVERY_TYPE)
    values: dict[str, Value] = {
        "flag": True,
        "big": 9007199254740993,
        "big_u": 2**64 - 1,
        "text": "晚",
        "raw": "00ff",
        "tiny": -1,
    }
    await store.append(table, [Reading("all", NOON, {**values, "moment": NOON})])

    [today] = (await read(store, table, days=1)).statistic.trend

    assert {name: today.values[name] for name in (*values, "moment", "dual")} == {
        **values,
        "moment": NOON,
        "dual": None,
    }


async def test_a_trend_of_a_year_has_all_days(store: TelemetryStore, create_table: CreateTable) -> None:
    table = await create_table(DAILY)
    await store.append(table, rows(*(("all", 24.0 * back, float(back), None) for back in range(366))))

    trend = (await read(store, table, days=366)).statistic.trend

    assert [each.values["online_rate"] for each in trend] == [float(back) for back in range(365, -1, -1)]


async def test_a_missing_table_raises_an_error(store: TelemetryStore, create_table: CreateTable) -> None:
    there = await create_table(DAILY)

    for table in (SuperTable(there.database, "not_there"), SuperTable("no_such_database", there.name)):
        with pytest.raises(StatisticTableMissing, match=str(table)):
            await read(store, table, days=3)


async def test_an_empty_table_raises_an_error(store: TelemetryStore, create_table: CreateTable) -> None:
    table = await create_table(DAILY)

    with pytest.raises(StatisticEmpty, match=str(table)):
        await read(store, table, days=3)
