"""Computations of the board."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.board import (
    TrendDay,
    last_days,
    statistic_fields,
    statistic_table,
    thresholds_of,
    trend_of,
)
from arcbeat.domain.catalogue.device_types import FreshnessThresholds, Label
from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.errors import StatisticTableMissing
from arcbeat.domain.readings.readings import Aggregate, Window
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

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
