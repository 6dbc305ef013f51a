"""Computations of the board."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.board import (
    StatusCounts,
    TrendDay,
    count_devices,
    last_days,
    statistic_fields,
    statistic_table,
    thresholds_of,
    trend_of,
)
from arcbeat.domain.catalogue.device_types import DeviceType, Freshness, FreshnessThresholds, Label
from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.errors import StatisticTableMissing
from arcbeat.domain.readings.latest import CachedLatest, LatestPage, LatestRow, Source
from arcbeat.domain.readings.readings import Aggregate, Latest, Reading, Window
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from tests.support.catalogue import CUTTING

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def data(data_value: str) -> DictData:
    return DictData(id=7, dict_type_id=2, data_label="平均在线率（日）", data_value=data_value)


@pytest.mark.parametrize(
    ("data_value", "table"),
    [
        ("weld_online_rate_daily", SuperTable("hlzg_db", "weld_online_rate_daily")),
        ("other_db.rates", SuperTable("other_db", "rates")),
    ],
)
def test_the_dictionary_names_a_table_of_the_default_or_of_another_database(data_value: str, table: SuperTable) -> None:
    assert statistic_table(data(data_value), "hlzg_db") == table


@pytest.mark.parametrize("data_value", ["", "x; drop table t_user", "a.b.c", "表", "`x`", ".x", "x" * 65])
def test_an_invalid_table_name_is_a_missing_table(data_value: str) -> None:
    with pytest.raises(StatisticTableMissing, match="dictionary data 7"):
        statistic_table(data(data_value), "hlzg_db")


def test_thresholds_are_those_of_the_dictionary_and_default_to_one_row_per_day() -> None:
    own = replace(data("x"), late_after_seconds=15.0, stale_after_seconds=60.0)

    assert thresholds_of(own) == FreshnessThresholds(15, 60)
    assert thresholds_of(data("x")) == FreshnessThresholds(90_000, 176_400)
    assert thresholds_of(replace(own, stale_after_seconds=None)) == FreshnessThresholds(90_000, 176_400)


def test_known_columns_have_labels_and_units_and_other_columns_their_names() -> None:
    columns = (
        Column(name="ts", type=ColumnType.TIMESTAMP),
        Column(name="online_rate", type=ColumnType.FLOAT),
        Column(name="welding_minutes", type=ColumnType.INT),
        Column(name="shift", type=ColumnType.NCHAR, length=9),
        Column(name="device_code", type=ColumnType.NCHAR, length=50, is_tag=True),
    )

    assert [(each.name, each.label, each.unit, each.type) for each in statistic_fields(columns)] == [
        ("online_rate", Label("在线率", "Online rate"), "%", ColumnType.FLOAT),
        ("welding_minutes", Label("焊接时间", "Welding time"), "min", ColumnType.INT),
        ("shift", Label("shift", "shift"), "", ColumnType.NCHAR),
    ]


def test_the_last_days_are_those_of_the_time_zone() -> None:
    evening = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)

    assert last_days(2, SHANGHAI, evening) == [date(2026, 3, 2), date(2026, 3, 3)]
    assert last_days(2, ZoneInfo("UTC"), evening) == [date(2026, 3, 1), date(2026, 3, 2)]
    assert last_days(0, SHANGHAI, evening) == []


def test_a_trend_includes_days_without_rows() -> None:
    windows = [Window("", datetime(2026, 3, 1, 16, tzinfo=UTC), {"online_rate": {Aggregate.LAST: 71.5}})]

    assert trend_of([date(2026, 3, 1), date(2026, 3, 2)], windows, SHANGHAI) == [
        TrendDay(date(2026, 3, 1), {}),
        TrendDay(date(2026, 3, 2), {"online_rate": 71.5}),
    ]


def page(*rows: tuple[float | None, Value], device_type: DeviceType = CUTTING) -> LatestPage:
    """Return a page with one device per age of its newest reading, in seconds, and state."""
    latest: Sequence[Latest | None] = [
        None if age is None else Latest(Reading("x", NOON - timedelta(seconds=age), {"device_status": state}))
        for age, state in rows
    ]
    classify = device_type.thresholds.classifier(NOON)
    return LatestPage(
        device_type=device_type,
        rows=[LatestRow(CachedLatest("x", each, NOON), classify(each.reading.ts if each else None)) for each in latest],
        total=len(rows),
        sampled_at=NOON,
        source=Source.QUERY,
    )


def counted(*rows: tuple[float | None, Value]) -> StatusCounts:
    return count_devices(page(*rows))


def test_devices_are_counted_by_state_in_the_order_of_the_type() -> None:
    counts = counted((0, "待机"), (0, "切割"), (15, "切割"), (16, "关机"))

    assert list(counts.by_state.items()) == [("切割", 2), ("待机", 1), ("报警", 0), ("关机", 1)]
    assert (counts.total, counts.online, counts.offline) == (4, 3, 0)


def test_a_device_without_a_recent_reading_is_offline_in_any_state() -> None:
    counts = counted((60, "切割"), (60.001, "切割"), (None, None))

    assert counts.by_state["切割"] == 1
    assert (counts.total, counts.online, counts.offline) == (3, 1, 2)


def test_states_that_the_type_does_not_list_follow_by_number_of_devices() -> None:
    counts = counted((0, "维修"), (0, 7), (0, 7), (0, None), (0, ""), (0, "调试"))

    assert list(counts.by_state.items())[4:] == [("7", 2), (None, 2), ("维修", 1), ("调试", 1)]


def test_each_device_counts_once_by_state_or_as_offline_and_once_by_freshness() -> None:
    counts = counted((-5, "切割"), (15, "x"), (16, "关机"), (61, "切割"), (None, None), (None, None))

    assert {str(freshness): devices for freshness, devices in counts.by_freshness.items()} == {
        "live": 2,
        "late": 1,
        "stale": 1,
        "never": 2,
    }
    assert sum(counts.by_state.values()) + counts.offline == counts.total == 6


def test_thresholds_may_be_thousands_of_years() -> None:
    patient = replace(CUTTING, thresholds=FreshnessThresholds(1e12, 1e13))

    counts = count_devices(page((1e9, "切割"), device_type=patient))

    assert counts.by_freshness[Freshness.LIVE] == 1


@pytest.mark.parametrize("age", [0.0, 14.999999, 15.0, 15.000001, 60.0, 60.000001, 1e6])
def test_freshness_is_counted_by_the_thresholds_of_the_type(age: float) -> None:
    freshness = CUTTING.thresholds.freshness(NOON - timedelta(seconds=age), NOON)

    assert counted((age, "切割")).by_freshness[freshness] == 1


def test_a_type_without_devices_lists_its_states() -> None:
    counts = counted()

    assert (counts.total, counts.online, counts.offline, sum(counts.by_state.values())) == (0, 0, 0, 0)
    assert list(counts.by_state) == list(CUTTING.states)
