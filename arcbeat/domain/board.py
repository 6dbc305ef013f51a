"""The board: which table holds a statistic, what its columns are, and how many devices are in which state."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from arcbeat.domain.catalogue.device_types import DeviceType, Field, Freshness, FreshnessThresholds, Label
from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.errors import StatisticTableMissing
from arcbeat.domain.readings.appending import TIMESTAMP
from arcbeat.domain.readings.columns import Column, Value
from arcbeat.domain.readings.latest import LatestPage, Source, state_of
from arcbeat.domain.readings.readings import Aggregate, SuperTable, Window
from arcbeat.domain.time.zones import day_of

BOARD_DICT = "焊机统计指标对照"
"""The dictionary type that names the tables."""

DAILY = FreshnessThresholds(late_after_seconds=25 * 3600, stale_after_seconds=49 * 3600)
"""Of a statistic whose dictionary data says nothing: a row a day, and an hour to make it."""
HEARD = frozenset({Freshness.LIVE, Freshness.LATE})
"""What is older than that is silent."""

_MINUTES = "min"
_KNOWN = {
    "welding_minutes": (Label("焊接时间", "Welding time"), _MINUTES),
    "standby_minutes": (Label("待机时间", "Standby time"), _MINUTES),
    "alarm_minutes": (Label("报警时间", "Alarm time"), _MINUTES),
    "shutdown_minutes": (Label("关机时间", "Shutdown time"), _MINUTES),
    "online_minutes": (Label("在线时间", "Online time"), _MINUTES),
    "total_minutes": (Label("总时间", "Total time"), _MINUTES),
    "online_rate": (Label("在线率", "Online rate"), "%"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticQuery:
    """A statistic and the days before it.

    Attributes:
        days: how many days the trend has, today being the last.
        zone: whose days.
    """

    dict_name: str
    data_label: str
    days: int
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class TrendDay:
    """What was said last of each field within a day; a day without rows says nothing of any."""

    day: date
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """What the table of a statistic holds.

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
    """A statistic as the stores said it.

    Attributes:
        sampled_at: all of it was true then or later.
    """

    table: SuperTable
    thresholds: FreshnessThresholds
    statistic: Statistic
    sampled_at: datetime
    source: Source


def statistic_table(data: DictData, database: str) -> SuperTable:
    """The table that the dictionary names, in ``database`` unless it says ``database.table``.

    Raises:
        StatisticTableMissing: no table can have this name.
    """
    named = data.data_value if "." in data.data_value else f"{database}.{data.data_value}"
    try:
        return SuperTable.parse(named)
    except ValueError as error:
        detail = f"The dictionary says {data.data_value!r} for {data.data_label}, and no table can have that name."
        raise StatisticTableMissing(f"{detail} Correct the data_value of dictionary data {data.id}.") from error


def thresholds_of(data: DictData) -> FreshnessThresholds:
    """How old the newest row may become."""
    if data.late_after_seconds is None or data.stale_after_seconds is None:
        return DAILY
    return FreshnessThresholds(data.late_after_seconds, data.stale_after_seconds)


def statistic_fields(columns: Sequence[Column]) -> tuple[Field, ...]:
    """Every column but the tags and ts; one that nobody knows has its name as its label."""
    return tuple(_field(column) for column in columns if not column.is_tag and column.name != TIMESTAMP)


def _field(column: Column) -> Field:
    label, unit = _KNOWN.get(column.name, (Label(column.name, column.name), ""))
    return Field(name=column.name, label=label, type=column.type, unit=unit)


def last_days(days: int, zone: ZoneInfo, now: datetime) -> list[date]:
    """So many days, today being the last."""
    today = day_of(now, zone)
    return [today - timedelta(days=back) for back in range(days - 1, -1, -1)]


def trend_of(days: Sequence[date], windows: Sequence[Window], zone: ZoneInfo) -> list[TrendDay]:
    """A row a day, from windows of a day each that have the last of every field."""
    by_day = {day_of(window.start, zone): window.values for window in windows}
    return [TrendDay(day, {field: said[Aggregate.LAST] for field, said in by_day.get(day, {}).items()}) for day in days]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCounts:
    """How the devices of a type are.

    Attributes:
        online: heard, and not in a state in which a device counts as offline.
        offline: silent, or never heard.
        by_state: those that are heard, by what they say; of None say nothing. With ``offline`` they are ``total``.
    """

    total: int
    online: int
    offline: int
    by_state: Mapping[str | None, int]
    by_freshness: Mapping[Freshness, int]


def count_devices(page: LatestPage) -> StatusCounts:
    """All devices of a page.

    A silent device counts as offline, not in the state that it said last: nobody knows whether it still welds.
    """
    device_type = page.device_type
    judged = Counter(row.freshness for row in page.rows)
    heard = [row.cached.latest for row in page.rows if row.freshness in HEARD]
    said = Counter(state_of(device_type, latest) for latest in heard)
    return StatusCounts(
        total=len(page.rows),
        online=len(heard) - sum(said[state] for state in frozenset(device_type.offline_states)),
        offline=len(page.rows) - len(heard),
        by_state=_in_order(device_type, said),
        by_freshness={freshness: judged[freshness] for freshness in Freshness},
    )


def _in_order(device_type: DeviceType, said: Counter[str | None]) -> Mapping[str | None, int]:
    listed: dict[str | None, int] = {state: said[state] for state in device_type.states}
    others = {state: devices for state, devices in said.items() if devices and state not in listed}
    return {**listed, **dict(sorted(others.items(), key=lambda each: (-each[1], each[0] is None, each[0] or "")))}


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
            StoreError: a store is away, and the statistic is not cached.
        """
        ...
