"""The windows that an interval makes of a range."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.time.intervals import USUAL_INTERVALS, Interval, smallest_interval
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.domain.time.zones import day_of, midnight
from tests.support.clocks import ZONES

BERLIN = ZoneInfo("Europe/Berlin")

moments = st.datetimes(datetime(2005, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds are naive
lengths = st.timedeltas(timedelta(microseconds=1), timedelta(days=500))
ranges = st.builds(lambda start, length: TimeRange(start, start + length), moments, lengths)
zones = st.sampled_from(ZONES)
counts = st.integers(min_value=1, max_value=400)


def windows(interval: Interval, within: TimeRange, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    return [(start, start + group.length) for group in interval.equal_windows(within, zone) for start in group.starts]


@pytest.mark.parametrize(("count", "unit"), [(1, "w"), (1, ""), (36501, "d")])
def test_an_interval_with_an_unknown_unit_or_too_many_days_is_rejected(count: int, unit: str) -> None:
    with pytest.raises(InvalidValue) as rejected:
        Interval(count, unit)

    assert [each.field for each in rejected.value.violations] == ["interval"]


@given(ranges, zones, counts, st.sampled_from("hd"))
def test_windows_are_consecutive_and_cover_the_range(within: TimeRange, zone: ZoneInfo, count: int, unit: str) -> None:
    interval = Interval(count, unit)

    found = windows(interval, within, zone)

    assert found[0][0] <= within.start < found[0][1]
    assert found[-1][0] < within.end <= found[-1][1]
    assert all(end == start for (_, end), (start, _) in pairwise(found))
    assert len(found) <= interval.count_in(within, zone) <= len(found) + 1


@given(ranges, lengths, lengths, zones, counts)
def test_windows_of_days_do_not_depend_on_the_range(
    within: TimeRange, before: timedelta, after: timedelta, zone: ZoneInfo, count: int
) -> None:
    interval = Interval(count, "d")
    wider = TimeRange(within.start - before, within.end + after)

    found = windows(interval, within, zone)

    assert set(found) <= set(windows(interval, wider, zone))
    assert all(start == midnight(day_of(start, zone), zone) for start, _ in found)


@given(ranges, zones, st.sampled_from([Interval(7, "m"), Interval(5, "h"), Interval(1500, "m")]))
def test_windows_of_shorter_units_are_counted_from_the_midnight_before_the_range(
    within: TimeRange, zone: ZoneInfo, interval: Interval
) -> None:
    group, *others = interval.equal_windows(within, zone)

    origin = midnight(day_of(within.start, zone), zone)
    assert others == []
    assert (group.start - origin) % group.length == timedelta()


def test_weeks_begin_on_monday() -> None:
    within = TimeRange(datetime(2024, 5, 1, 8, tzinfo=UTC), datetime(2024, 5, 20, tzinfo=UTC))

    starts = [start.astimezone(BERLIN) for start, _ in windows(Interval(7, "d"), within, BERLIN)]

    assert [f"{start:%a %Y-%m-%d %H:%M}" for start in starts] == [
        "Mon 2024-04-29 00:00",
        "Mon 2024-05-06 00:00",
        "Mon 2024-05-13 00:00",
        "Mon 2024-05-20 00:00",
    ]


def test_days_have_the_length_of_their_time_zone_and_equal_ones_form_a_stretch() -> None:
    within = TimeRange(datetime(2024, 3, 28, 12, tzinfo=UTC), datetime(2024, 4, 2, 12, tzinfo=UTC))

    equal_windows = list(Interval(1, "d").equal_windows(within, BERLIN))

    assert [(each.start.isoformat(), each.length // timedelta(hours=1), each.count) for each in equal_windows] == [
        ("2024-03-27T23:00:00+00:00", 24, 3),
        ("2024-03-30T23:00:00+00:00", 23, 1),
        ("2024-03-31T22:00:00+00:00", 24, 2),
    ]


@given(ranges, zones, st.integers(min_value=10, max_value=5000))
def test_the_shortest_interval_with_few_enough_windows_is_chosen(
    within: TimeRange, zone: ZoneInfo, windows_max: int
) -> None:
    interval = smallest_interval(within, zone, windows_max)

    assert interval is not None
    assert interval.count_in(within, zone) <= windows_max
    assert all(each.count_in(within, zone) > windows_max for each in USUAL_INTERVALS[: USUAL_INTERVALS.index(interval)])


@pytest.mark.parametrize(
    ("hours", "windows_max", "expected"),
    [(1, 500, "10s"), (24, 500, "5m"), (24 * 30, 500, "2h"), (24 * 30, 31, "1d"), (24 * 365, 500, "1d")],
)
def test_the_chosen_interval_is_a_usual_one(hours: int, windows_max: int, expected: str) -> None:
    start = datetime(2024, 5, 1, tzinfo=UTC)

    chosen = smallest_interval(TimeRange(start, start + timedelta(hours=hours)), ZoneInfo("UTC"), windows_max)

    assert str(chosen) == expected


def test_no_interval_makes_fewer_than_one_window() -> None:
    start = datetime(2024, 5, 1, tzinfo=UTC)

    assert smallest_interval(TimeRange(start, start + timedelta(hours=1)), ZoneInfo("UTC"), 0) is None
