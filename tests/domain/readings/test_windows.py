"""Windows over any range: what may be asked, which questions the store gets, and what is filled in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.columns import Column, ColumnType
from arcbeat.domain.readings.readings import Aggregate, SuperTable
from arcbeat.domain.readings.windows import WINDOWS_MAX, Fill, WindowRequest, interval_of, windows_of
from arcbeat.domain.time.intervals import Interval
from arcbeat.domain.time.time_ranges import TimeRange
from tests.support.clocks import ZONES
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
        interval=Interval.parse(interval),
        columns=columns,
        aggregates=aggregates,
        fill=fill,
    )


async def errors_of(asked: WindowRequest) -> list[InputError]:
    store = FakeWindows({})
    with pytest.raises(InvalidInput) as refused:
        await windows_of(store, TABLE, asked)
    assert store.asked == []
    return list(refused.value.errors)


@given(
    st.lists(moments, max_size=30),
    moments,
    st.timedeltas(timedelta(microseconds=1), timedelta(days=200)),
    st.sampled_from(ZONES),
    st.sampled_from(["1d", "2d", "7d", "5h", "1440m"]),
)
async def test_every_reading_of_the_range_is_counted_once_in_its_window(
    said: list[datetime], start: datetime, length: timedelta, zone: ZoneInfo, interval: str
) -> None:
    asked = request(interval, within=TimeRange(start, start + length), zone=zone)

    found = await windows_of(FakeWindows({"M1": said}), TABLE, asked)
    filled = await windows_of(FakeWindows({"M1": said}), TABLE, replace(asked, fill=Fill.NULL))

    counts = {window.start: window.values["weld_current"][Aggregate.COUNT] for window in found}
    ends = {
        begin: begin + each.length for each in asked.interval.stretches(asked.within, zone) for begin in each.starts
    }
    inside = [ts for ts in said if start <= ts < start + length]
    assert counts == {
        begin: number for begin, end in ends.items() if (number := sum(begin <= ts < end for ts in inside))
    }
    assert [window.start for window in filled] == (list(ends) if inside else [])


async def test_a_store_is_asked_once_for_days_of_one_length() -> None:
    store = FakeWindows({})

    await windows_of(store, TABLE, request())

    assert [(each.start, each.end - each.start, each.interval, each.origin) for each in store.asked] == [
        (T0, timedelta(hours=47), timedelta(hours=24), T0 - timedelta(hours=1)),
        (T0 + timedelta(hours=47), timedelta(hours=23), timedelta(hours=23), T0 + timedelta(hours=47)),
        (T0 + timedelta(hours=70), timedelta(hours=98), timedelta(hours=24), T0 + timedelta(hours=70)),
    ]


async def test_what_is_filled_goes_over_the_days_when_clocks_change() -> None:
    said = [T0, T0 + timedelta(days=1), T0 + timedelta(days=1), T0 + timedelta(days=5)]

    windows = await windows_of(
        FakeWindows({"M1": said, "M2": said[:1]}),
        TABLE,
        request(device_codes=("M1", "M2"), aggregates=(Aggregate.LAST, Aggregate.COUNT), fill=Fill.PREVIOUS),
    )

    values = [tuple(window.values["weld_current"].values()) for window in windows]
    assert [window.device_code for window in windows] == ["M1"] * 8 + ["M2"] * 8
    assert values[:8] == [(1, 1), (2, 2), (2, 0), (2, 0), (2, 0), (1, 1), (1, 0), (1, 0)]
    assert values[8:] == [(1, 1), *[(1, 0)] * 7]


async def test_what_is_filled_with_nothing_counts_nothing() -> None:
    asked = request(aggregates=(Aggregate.LAST, Aggregate.COUNT), fill=Fill.NULL)

    windows = await windows_of(FakeWindows({"M1": [T0 + timedelta(days=2)]}), TABLE, asked)

    assert [tuple(window.values["weld_current"].values()) for window in windows] == [
        *[(None, 0)] * 2,
        (1, 1),
        *[(None, 0)] * 5,
    ]


async def test_devices_come_one_after_the_other_whatever_their_stretches() -> None:
    said = [T0, T0 + timedelta(days=4)]

    windows = await windows_of(FakeWindows({"b": said, "a": said}), TABLE, request(device_codes=("b", "a")))

    assert [window.device_code for window in windows] == ["a", "a", "b", "b"]


@pytest.mark.parametrize("aggregate", [Aggregate.AVG, Aggregate.MIN, Aggregate.MAX])
@pytest.mark.parametrize("kind", [ColumnType.BOOL, ColumnType.NCHAR, ColumnType.TIMESTAMP, ColumnType.VARBINARY])
async def test_only_numbers_have_an_average_a_least_and_a_greatest(aggregate: Aggregate, kind: ColumnType) -> None:
    column = Column(name="other", type=kind)

    errors = await errors_of(request(columns=(CURRENT, column), aggregates=(aggregate, Aggregate.LAST)))

    assert errors == [InputError("query", "aggregates", f"{aggregate} of other, which is no number but {kind}")]


async def test_anything_has_a_last_value_and_a_count() -> None:
    store = FakeWindows({})

    await windows_of(store, TABLE, request(columns=(STATUS,), aggregates=(Aggregate.LAST, Aggregate.COUNT)))

    assert store.asked[0].fields == ("device_status",)


@pytest.mark.parametrize(
    ("interval", "devices", "would_do"),
    [("1s", 1, "15s"), ("10s", 50, "15m"), ("1ms", 2, "30s")],
)
async def test_too_many_windows_are_refused_with_an_interval_that_would_do(
    interval: str, devices: int, would_do: str
) -> None:
    codes = tuple(f"M{number}" for number in range(devices))

    (error,) = await errors_of(request(interval, device_codes=codes))

    assert (error.location, error.name) == ("query", "interval")
    assert error.detail.endswith(f"{WINDOWS_MAX // devices} are allowed; {would_do} would do")
    store = FakeWindows({})
    assert await windows_of(store, TABLE, request(would_do, device_codes=codes)) == []


async def test_many_values_a_window_leave_room_for_fewer_windows() -> None:
    columns = tuple(Column(name=f"c{number}", type=ColumnType.INT) for number in range(50))

    (error,) = await errors_of(request("1m", columns=columns, aggregates=tuple(Aggregate)))

    assert error.detail == "makes 10080 windows a device, and 4000 are allowed; 5m would do"


async def test_too_many_devices_are_refused() -> None:
    (error,) = await errors_of(request(device_codes=tuple(f"M{number}" for number in range(51))))

    assert error == InputError("query", "device_code", "more than 50")


@pytest.mark.parametrize(
    ("points", "devices", "expected"), [(500, 1, "30m"), (10, 1, "1d"), (5000, 1, "5m"), (5000, 50, "15m")]
)
def test_an_interval_is_chosen_by_how_many_points_are_wanted_and_allowed(
    points: int, devices: int, expected: str
) -> None:
    assert str(interval_of(None, points, WEEK, BERLIN, devices=devices, values=1)) == expected


def test_where_nothing_is_said_there_are_at_most_five_hundred_windows() -> None:
    assert str(interval_of(None, None, WEEK, BERLIN, devices=1, values=1)) == "30m"


def test_an_interval_that_is_named_is_taken() -> None:
    assert interval_of("7m", None, WEEK, BERLIN, devices=1, values=1) == Interval(7, "m")


def test_an_interval_and_a_number_of_points_do_not_go_together() -> None:
    with pytest.raises(InvalidInput) as refused:
        interval_of("7m", 100, WEEK, BERLIN, devices=1, values=1)

    assert refused.value.errors == (InputError("query", "max_points", "not together with interval"),)


def test_where_no_interval_makes_so_few_windows_that_is_said() -> None:
    centuries = TimeRange(datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))

    with pytest.raises(InvalidInput) as refused:
        interval_of(None, 1, centuries, BERLIN, devices=1, values=1)

    assert refused.value.errors[0].name == "max_points"
