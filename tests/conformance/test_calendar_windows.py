"""Windows over any range: days of a time zone, and the filling of empty windows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Aggregate, Reading
from arcbeat.domain.readings.windows import Fill, WindowRequest
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.intervals import Interval
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.services.windows import read_windows

CURRENT = Column(name="weld_current", type=ColumnType.FLOAT)
BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = datetime(2024, 3, 29, tzinfo=BERLIN).astimezone(UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return MIDNIGHT + hours * HOUR


def hourly(device_code: str, hours: int) -> list[Reading]:
    return [Reading(device_code, at(hour), {"weld_current": float(hour)}) for hour in range(hours)]


def days(*device_codes: str, start: float = 0, end: float = 4 * 24) -> WindowRequest:
    return WindowRequest(
        device_codes=device_codes,
        within=TimeRange(at(start), at(end)),
        zone=BERLIN,
        interval=Interval(1, "d"),
        columns=(CURRENT,),
        aggregates=(Aggregate.MIN, Aggregate.MAX, Aggregate.COUNT),
    )


async def found(store: TelemetryStore, table: SuperTable, request: WindowRequest) -> list[tuple[object, ...]]:
    """Return rows of device code, hours since the first midnight, and the aggregates."""
    windows = await read_windows(store, table, request)
    return [
        (each.device_code, (each.start - MIDNIGHT) / HOUR, *each.values["weld_current"].values()) for each in windows
    ]


async def test_a_day_has_23_hours_when_clocks_go_forward(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, hourly("M1", 100))

    assert await found(store, welding, days("M1")) == [
        ("M1", 0, 0.0, 23.0, 24),
        ("M1", 24, 24.0, 47.0, 24),
        ("M1", 48, 48.0, 70.0, 23),
        ("M1", 71, 71.0, 94.0, 24),
        ("M1", 95, 95.0, 95.0, 1),
    ]


async def test_a_day_has_25_hours_when_clocks_go_back(store: TelemetryStore, welding: SuperTable) -> None:
    midnight = datetime(2024, 10, 26, tzinfo=BERLIN).astimezone(UTC)
    moments = [midnight + hour * HOUR for hour in range(73)]
    await store.append(welding, [Reading("M1", ts, {"weld_current": 1.0}) for ts in moments])
    within = TimeRange(midnight, midnight + 73 * HOUR)

    windows = await read_windows(store, welding, replace(days("M1"), within=within))

    assert [window.values["weld_current"][Aggregate.COUNT] for window in windows] == [24, 25, 24]


async def test_the_first_and_last_day_are_limited_by_the_range(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, hourly("M1", 100))

    assert await found(store, welding, days("M1", start=40, end=73)) == [
        ("M1", 24, 40.0, 47.0, 8),
        ("M1", 48, 48.0, 70.0, 23),
        ("M1", 71, 71.0, 72.0, 2),
    ]


async def test_windows_are_ordered_by_device_then_by_day(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [*hourly("b", 73), *hourly("B", 30), *hourly("炉", 1)])

    windows = await found(store, welding, days("炉", "b", "unknown", "B"))

    assert [(device_code, start) for device_code, start, *_ in windows] == [
        ("B", 0),
        ("B", 24),
        ("b", 0),
        ("b", 24),
        ("b", 48),
        ("b", 71),
        ("炉", 0),
    ]


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        (Fill.NONE, {24: (30.0, 1), 71: (80.0, 1)}),
        (Fill.NULL, {0: (None, 0), 24: (30.0, 1), 48: (None, 0), 71: (80.0, 1), 95: (None, 0)}),
        (Fill.PREVIOUS, {0: (None, 0), 24: (30.0, 1), 48: (30.0, 0), 71: (80.0, 1), 95: (80.0, 0)}),
    ],
)
async def test_days_without_readings_are_filled_across_a_change_of_clocks(
    store: TelemetryStore, welding: SuperTable, fill: Fill, expected: Mapping[float, tuple[Value, int]]
) -> None:
    await store.append(welding, [Reading("M1", at(hour), {"weld_current": hour}) for hour in (30.0, 80.0)])
    request = replace(days("M1", "unknown"), aggregates=(Aggregate.LAST, Aggregate.COUNT), fill=fill)

    assert await found(store, welding, request) == [("M1", start, *values) for start, values in expected.items()]


async def test_a_null_in_a_window_with_readings_is_not_filled(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [Reading("M1", at(0), {"weld_current": 1.0}), Reading("M1", at(30), {"ip_quality": 1})])
    request = replace(days("M1", end=72), aggregates=(Aggregate.LAST,), fill=Fill.PREVIOUS)

    assert await found(store, welding, request) == [
        ("M1", 0, 1.0),
        ("M1", 24, None),
        ("M1", 48, None),
        ("M1", 71, None),
    ]


async def test_shorter_windows_are_aligned_to_the_midnight_before(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, hourly("M1", 24))
    request = replace(days("M1", start=6, end=20), interval=Interval(7, "h"))

    assert await found(store, welding, request) == [
        ("M1", 0, 6.0, 6.0, 1),
        ("M1", 7, 7.0, 13.0, 7),
        ("M1", 14, 14.0, 19.0, 6),
    ]


async def test_a_whole_super_table_has_days_too(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [*hourly("M1", 72), *hourly("M2", 30)])
    request = replace(days(end=72), device_codes=None, fill=Fill.NULL)

    assert await found(store, welding, request) == [
        ("", 0, 0.0, 23.0, 48),
        ("", 24, 24.0, 47.0, 30),
        ("", 48, 48.0, 70.0, 23),
        ("", 71, 71.0, 71.0, 1),
    ]
