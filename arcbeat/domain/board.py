"""The statistics of the board of a shop floor, from tables that the dictionary names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from arcbeat.domain.catalogue.device_types import Field, FreshnessThresholds, Label
from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.errors import StatisticTableMissing
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.readings import Aggregate, Window
from arcbeat.domain.schema.columns import TIMESTAMP, Column, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.zones import day_of

BOARD_DICT = "焊机统计指标对照"
"""The dictionary type that maps statistics to tables."""

DAILY = FreshnessThresholds(late_after_seconds=25 * 3600, stale_after_seconds=49 * 3600)
"""Thresholds of a statistic whose dictionary data has none: one row per day, and one hour to compute it."""

_MINUTES = "min"
_KNOWN = {
    "welding_minutes": (Label("焊接时间", "Welding time"), _MINUTES),
    "standby_minutes": (Label("待机时间", "Standby time"), _MINUTES),
    "alarm_minutes": (Label("报警时间", "Alarm time"), _MINUTES),
    "shutdown_minutes": (Label("关机时间", "Shutdown time"), _MINUTES),
    "online_minutes": (Label("在线时间", "Online time"), _MINUTES),
    "offline_minutes": (Label("离线时间", "Offline time"), _MINUTES),
    "silent_minutes": (Label("无数据时间", "Time without readings"), _MINUTES),
    "unknown_minutes": (Label("状态未知时间", "Time without a state"), _MINUTES),
    "other_minutes": (Label("其他状态时间", "Time in other states"), _MINUTES),
    "total_minutes": (Label("总时间", "Total time"), _MINUTES),
    "online_rate": (Label("在线率", "Online rate"), "%"),
    "devices": (Label("设备数", "Devices"), ""),
    "welding_devices": (Label("焊接设备数", "Welding devices"), ""),
    "standby_devices": (Label("待机设备数", "Standby devices"), ""),
    "alarm_devices": (Label("报警设备数", "Devices in alarm"), ""),
    "shutdown_devices": (Label("关机设备数", "Shutdown devices"), ""),
    "online_devices": (Label("在线设备数", "Online devices"), ""),
    "offline_devices": (Label("离线设备数", "Offline devices"), ""),
    "total_devices": (Label("设备总数", "All devices"), ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticQuery:
    """A statistic and its trend.

    Attributes:
        days: number of days in the trend, including today.
        zone: the time zone of the days.
    """

    dict_name: str
    data_label: str
    days: int
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class TrendDay:
    """The last value of each field within a day; a day without rows has no values."""

    day: date
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """The content of the table of a statistic.

    Attributes:
        ts: of the newest row.
        values: of the newest row, by field.
    """

    fields: Sequence[Field]
    ts: datetime
    values: Mapping[str, Value]
    trend: Sequence[TrendDay]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledStatistic:
    """A statistic and when it was read.

    Attributes:
        sampled_at: all parts were read at this time or later.
    """

    table: SuperTable
    thresholds: FreshnessThresholds
    statistic: Statistic
    sampled_at: datetime
    source: Source


def statistic_table(data: DictData, database: str) -> SuperTable:
    """Return the table that dictionary data names, written ``table`` or ``database.table``.

    ``database`` is the default database.

    Raises:
        StatisticTableMissing: the name is not a valid table name.
    """
    name = data.data_value if "." in data.data_value else f"{database}.{data.data_value}"
    try:
        return SuperTable.parse(name)
    except ValueError as error:
        detail = f"The dictionary names {data.data_value!r} for {data.data_label}, which is not a valid table name."
        raise StatisticTableMissing(f"{detail} Correct the data_value of dictionary data {data.id}.") from error


def thresholds_of(data: DictData) -> FreshnessThresholds:
    """Return how old the newest row may become."""
    if data.late_after_seconds is None or data.stale_after_seconds is None:
        return DAILY
    return FreshnessThresholds(data.late_after_seconds, data.stale_after_seconds)


def statistic_fields(columns: Sequence[Column]) -> tuple[Field, ...]:
    """Return the columns as fields, without tags and ts; a column without a known label has its name as label."""
    return tuple(_field(column) for column in columns if not column.is_tag and column.name != TIMESTAMP)


def _field(column: Column) -> Field:
    label, unit = _KNOWN.get(column.name, (Label(column.name, column.name), ""))
    return Field(name=column.name, label=label, type=column.type, unit=unit)


def last_days(days: int, zone: ZoneInfo, now: datetime) -> list[date]:
    """Return this number of consecutive days, the last of which is today."""
    today = day_of(now, zone)
    return [today - timedelta(days=back) for back in range(days - 1, -1, -1)]


def trend_of(days: Sequence[date], windows: Sequence[Window], zone: ZoneInfo) -> list[TrendDay]:
    """Return one row per day, from one-day windows with the last value of every field."""
    by_day = {day_of(window.start, zone): window.values for window in windows}
    return [
        TrendDay(day, {field: values[Aggregate.LAST] for field, values in by_day.get(day, {}).items()}) for day in days
    ]


class Statistics(Protocol):
    """The statistics of the board.

    ``max_age_seconds`` limits their age as in :class:`arcbeat.domain.readings.ports.LatestPages`.
    """

    async def read(self, query: StatisticQuery, *, max_age_seconds: float | None) -> SampledStatistic:
        """Return the content of the table that the dictionary names for a statistic.

        Raises:
            UnknownStatistic: the dictionary has no such statistic.
            StatisticTableMissing: the store does not have its table.
            StatisticEmpty: its table has no rows.
            StoreError: a store is unavailable, and the statistic is not cached.
        """
        ...
