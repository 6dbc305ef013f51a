"""Windows over a range: the limits, the queries to the store, and the filling of empty windows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.readings.readings import Aggregate
from arcbeat.domain.readings.windows import WINDOWS_MAX, Fill, WindowRequest
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.services.windows import read_windows
from tests.support.clocks import ZONES
from tests.support.clocks import interval as interval_named
from tests.support.fakes import FakeWindows

TABLE = SuperTable("test_db", "welding_real_data")
T0 = datetime(2024, 3, 29, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
CURRENT = Column(name="weld_current", type=ColumnType.FLOAT)
STATUS = Column(name="device_status", type=ColumnType.NCHAR, length=50)
WEEK = TimeRange(T0, T0 + timedelta(days=7))

moments = st.datetimes(datetime(2011, 10, 1), datetime(2012, 4, 10), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds are naive


def request(
    interval: str = "1d",
    *,
    device_codes: tuple[str, ...] | None = ("M1",),
    within: TimeRange = WEEK,
    zone: ZoneInfo = BERLIN,
    columns: tuple[Column, ...] = (CURRENT,),
    aggregates: tuple[Aggregate, ...] = (Aggregate.COUNT,),
    fill: Fill = Fill.NONE,
) -> WindowRequest:
    return WindowRequest(
        device_codes=device_codes,
        within=within,
        zone=zone,
        interval=interval_named(interval),
        columns=columns,
        aggregates=aggregates,
        fill=fill,
    )


async def violations_of(requested: WindowRequest) -> list[Violation]:
    store = FakeWindows({})
    with pytest.raises(InvalidValue) as rejected:
        await read_windows(store, TABLE, requested)
    assert store.queries == []
    return list(rejected.value.violations)


@given(
    st.lists(moments, max_size=30),
    moments,
    st.timedeltas(timedelta(microseconds=1), timedelta(days=200)),
    st.sampled_from(ZONES),
    st.sampled_from(["1d", "2d", "7d", "5h", "1440m"]),
)
async def test_every_reading_of_the_range_is_counted_once_in_its_window(
    readings: list[datetime], start: datetime, length: timedelta, zone: ZoneInfo, interval: str
) -> None:
    requested = request(interval, within=TimeRange(start, start + length), zone=zone)

    found = await read_windows(FakeWindows({"M1": readings}), TABLE, requested)
    filled = await read_windows(FakeWindows({"M1": readings}), TABLE, replace(requested, fill=Fill.NULL))

    counts = {window.start: window.values["weld_current"][Aggregate.COUNT] for window in found}
    ends = {
        begin: begin + each.length
        for each in requested.interval.equal_windows(requested.within, zone)
        for begin in each.starts
    }
    inside = [ts for ts in readings if start <= ts < start + length]
    assert counts == {
        begin: number for begin, end in ends.items() if (number := sum(begin <= ts < end for ts in inside))
    }
    assert [window.start for window in filled] == (list(ends) if inside else [])


async def test_consecutive_days_of_the_same_length_are_one_query() -> None:
    store = FakeWindows({})

    await read_windows(store, TABLE, request())

    assert [(each.start, each.end - each.start, each.interval, each.origin) for each in store.queries] == [
        (T0, timedelta(hours=47), timedelta(hours=24), T0 - timedelta(hours=1)),
        (T0 + timedelta(hours=47), timedelta(hours=23), timedelta(hours=23), T0 + timedelta(hours=47)),
        (T0 + timedelta(hours=70), timedelta(hours=98), timedelta(hours=24), T0 + timedelta(hours=70)),
    ]


async def test_windows_are_filled_across_days_on_which_clocks_change() -> None:
    readings = [T0, T0 + timedelta(days=1), T0 + timedelta(days=1), T0 + timedelta(days=5)]

    windows = await read_windows(
        FakeWindows({"M1": readings, "M2": readings[:1]}),
        TABLE,
        request(device_codes=("M1", "M2"), aggregates=(Aggregate.LAST, Aggregate.COUNT), fill=Fill.PREVIOUS),
    )

    values = [tuple(window.values["weld_current"].values()) for window in windows]
    assert [window.device_code for window in windows] == ["M1"] * 8 + ["M2"] * 8
    assert values[:8] == [(1, 1), (2, 2), (2, 0), (2, 0), (2, 0), (1, 1), (1, 0), (1, 0)]
    assert values[8:] == [(1, 1), *[(1, 0)] * 7]


async def test_windows_that_are_filled_with_null_count_zero() -> None:
    requested = request(aggregates=(Aggregate.LAST, Aggregate.COUNT), fill=Fill.NULL)

    windows = await read_windows(FakeWindows({"M1": [T0 + timedelta(days=2)]}), TABLE, requested)

    assert [tuple(window.values["weld_current"].values()) for window in windows] == [
        *[(None, 0)] * 2,
        (1, 1),
        *[(None, 0)] * 5,
    ]


async def test_windows_are_ordered_by_device_across_days_of_different_length() -> None:
    readings = [T0, T0 + timedelta(days=4)]

    windows = await read_windows(FakeWindows({"b": readings, "a": readings}), TABLE, request(device_codes=("b", "a")))

    assert [window.device_code for window in windows] == ["a", "a", "b", "b"]


@pytest.mark.parametrize("aggregate", [Aggregate.AVG, Aggregate.MIN, Aggregate.MAX])
@pytest.mark.parametrize("kind", [ColumnType.BOOL, ColumnType.NCHAR, ColumnType.TIMESTAMP, ColumnType.VARBINARY])
async def test_only_numbers_have_an_average_a_minimum_and_a_maximum(aggregate: Aggregate, kind: ColumnType) -> None:
    column = Column(name="other", type=kind)

    violations = await violations_of(request(columns=(CURRENT, column), aggregates=(aggregate, Aggregate.LAST)))

    assert violations == [Violation("aggregates", f"{aggregate} needs numbers, and other is of type {kind}")]


async def test_every_type_has_a_last_value_and_a_count() -> None:
    store = FakeWindows({})

    await read_windows(store, TABLE, request(columns=(STATUS,), aggregates=(Aggregate.LAST, Aggregate.COUNT)))

    assert store.queries[0].fields == ("device_status",)


@pytest.mark.parametrize(
    ("interval", "devices", "fitting"),
    [("1s", 1, "15s"), ("10s", 50, "15m"), ("1ms", 2, "30s")],
)
async def test_too_many_windows_are_rejected_with_an_interval_that_fits(
    interval: str, devices: int, fitting: str
) -> None:
    codes = tuple(f"M{number}" for number in range(devices))

    (error,) = await violations_of(request(interval, device_codes=codes))

    assert error.field == "interval"
    assert error.detail.endswith(f"{WINDOWS_MAX // devices} are allowed; use {fitting}")
    store = FakeWindows({})
    assert await read_windows(store, TABLE, request(fitting, device_codes=codes)) == []


async def test_many_values_per_window_reduce_the_number_of_windows() -> None:
    columns = tuple(Column(name=f"c{number}", type=ColumnType.INT) for number in range(50))

    (error,) = await violations_of(request("1m", columns=columns, aggregates=tuple(Aggregate)))

    assert error.detail == "makes 10080 windows per device, and 4000 are allowed; use 5m"


async def test_too_many_devices_are_rejected() -> None:
    (error,) = await violations_of(request(device_codes=tuple(f"M{number}" for number in range(51))))

    assert error == Violation("device_codes", "more than 50")
