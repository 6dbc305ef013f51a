"""Quiet hours count on the wall clock of a time zone, over midnight and over shifts of the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.jobs.alerts.quiet_hours import QuietHours, parse_quiet_hours


def quiet(text: str, time_zone: str = "UTC") -> QuietHours:
    hours = parse_quiet_hours(text, time_zone)
    assert hours is not None
    return hours


def quiet_minutes(hours: QuietHours, start: str, end: str) -> int:
    """Return how many of the minutes between two moments are quiet."""
    moment, until = datetime.fromisoformat(start), datetime.fromisoformat(end)
    minutes = 0
    while moment < until:
        minutes += hours.contains(moment)
        moment += timedelta(minutes=1)
    return minutes


@pytest.mark.parametrize(
    ("text", "moment", "is_quiet"),
    [
        ("12:00-13:30", "11:59", False),
        ("12:00-13:30", "12:00", True),
        ("12:00-13:30", "13:29", True),
        ("12:00-13:30", "13:30", False),
        ("22:00-07:00", "21:59", False),
        ("22:00-07:00", "22:00", True),
        ("22:00-07:00", "00:00", True),
        ("22:00-07:00", "06:59", True),
        ("22:00-07:00", "07:00", False),
        ("22:00-07:00", "12:00", False),
    ],
)
def test_the_start_is_quiet_and_the_end_is_not(text: str, moment: str, is_quiet: bool) -> None:
    assert quiet(text).contains(datetime.fromisoformat(f"2026-03-02T{moment}:00+00:00")) is is_quiet


def test_the_times_are_those_of_the_time_zone() -> None:
    hours = quiet("22:00-07:00", "Asia/Shanghai")

    assert hours.contains(datetime(2026, 3, 2, 14, 0, tzinfo=UTC))
    assert not hours.contains(datetime(2026, 3, 2, 23, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00", 8),  # set forward at 02:00
        ("2026-10-24T12:00:00+02:00", "2026-10-25T12:00:00+01:00", 10),  # set back at 03:00
        ("2026-06-01T12:00:00+02:00", "2026-06-02T12:00:00+02:00", 9),
    ],
)
def test_quiet_hours_end_on_the_wall_clock_also_when_it_is_shifted(start: str, end: str, hours: int) -> None:
    night = quiet("22:00-07:00", "Europe/Berlin")

    assert quiet_minutes(night, start, end) == 60 * hours


def test_an_hour_that_happens_twice_is_quiet_twice_and_one_that_is_skipped_never() -> None:
    hour = quiet("02:00-03:00", "Europe/Berlin")

    assert quiet_minutes(hour, "2026-10-25T00:00:00+02:00", "2026-10-25T12:00:00+01:00") == 120
    assert quiet_minutes(hour, "2026-03-29T00:00:00+01:00", "2026-03-29T12:00:00+02:00") == 0


def test_without_quiet_hours_nothing_waits() -> None:
    assert parse_quiet_hours("", "UTC") is None


@pytest.mark.parametrize("text", ["22-7", "22:00", "24:00-07:00", "22:60-07:00", "22:00-22:00", "22:00-07:00 ", "no"])
def test_quiet_hours_that_are_not_two_times_are_rejected(text: str) -> None:
    with pytest.raises(InvalidValue, match="two different times of day, for example 22:00-07:00"):
        parse_quiet_hours(text, "UTC")


def test_an_unknown_time_zone_is_rejected() -> None:
    with pytest.raises(InvalidValue, match="no IANA time zone is named 'Mars/Base'"):
        parse_quiet_hours("22:00-07:00", "Mars/Base")
