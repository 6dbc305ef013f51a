"""Moments of cron schedules, also where clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.jobs.schedule import check_schedule, last_moment, next_moment

BERLIN = "Europe/Berlin"
HALF_PAST_TWO = "30 2 * * *"


def moments(after: datetime, count: int) -> list[datetime]:
    """Return the next moments of 02:30 in Berlin."""
    found: list[datetime] = []
    for _ in range(count):
        after = next_moment(HALF_PAST_TWO, BERLIN, after)
        found.append(after)
    return found


def test_a_moment_in_the_skipped_hour_comes_right_after_it() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo(BERLIN))

    assert moments(before, 2) == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)]


def test_a_moment_in_the_repeated_hour_comes_once() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=ZoneInfo(BERLIN))

    assert moments(before, 2) == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]


def test_the_last_moment_is_the_one_that_the_next_moment_of_before_finds() -> None:
    now = datetime(2026, 11, 27, 3, tzinfo=UTC)

    last = last_moment("*/15 * * * *", "Asia/Shanghai", now)

    assert last <= now < next_moment("*/15 * * * *", "Asia/Shanghai", last)


@pytest.mark.parametrize(
    ("schedule", "time_zone", "field"),
    [
        ("every day", "UTC", "schedule"),
        ("0 0 31 2 *", "UTC", "schedule"),
        ("* * * * *", "Mars/Olympus", "time_zone"),
        ("* * * * *", "../etc/passwd", "time_zone"),
    ],
)
def test_a_schedule_that_never_comes_and_an_unknown_zone_are_rejected(
    schedule: str, time_zone: str, field: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_schedule(schedule, time_zone)

    assert [violation.field for violation in caught.value.violations] == [field]
