"""The days that a run of statistics computes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.statistics.days import CATCH_UP_DAYS_MAX, DAYS_MAX, DayChoice
from arcbeat.domain.time.zones import midnight

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2024, 5, 3, 17, tzinfo=UTC)
"""One o'clock on 4 May in China."""


def days(zone: ZoneInfo = SHANGHAI, newest: datetime | None = None, **choice: Any) -> list[date]:
    given = {"first": None, "last": None, "recompute_days": 2, "include_today": True, **choice}
    return [day.date for day in DayChoice(zone=zone, **given).days(NOW, newest)]


def of_may(*numbers: int) -> list[date]:
    return [date(2024, 5, number) for number in numbers]


def test_without_a_range_the_last_days_and_today_are_computed() -> None:
    assert days() == of_may(2, 3, 4)
    assert days(ZoneInfo("UTC")) == of_may(1, 2, 3)
    assert days(include_today=False) == of_may(2, 3)
    assert days(recompute_days=0) == of_may(4)
    assert days(recompute_days=0, include_today=False) == []


def test_days_since_the_newest_statistics_are_caught_up_for_a_month_at_most() -> None:
    first_of_may, long_ago = midnight(date(2024, 5, 1), SHANGHAI), midnight(date(2023, 5, 1), SHANGHAI)

    assert days(newest=first_of_may) == of_may(1, 2, 3, 4)
    assert days(newest=first_of_may, include_today=False, recompute_days=0) == of_may(1, 2, 3)
    assert days(newest=midnight(date(2024, 5, 3), SHANGHAI)) == of_may(2, 3, 4)
    assert days(newest=NOW + timedelta(days=9)) == of_may(2, 3, 4)
    assert len(days(newest=long_ago)) == CATCH_UP_DAYS_MAX + 1
    assert days(newest=first_of_may, first=date(2024, 5, 3)) == of_may(3, 4)


def test_after_the_first_run_of_a_day_only_today_is_computed() -> None:
    today = midnight(date(2024, 5, 4), SHANGHAI)

    assert days(newest=today) == of_may(4)
    assert days(newest=today, recompute_each_run=True) == of_may(2, 3, 4)
    assert days(newest=today, include_today=False) == of_may(2, 3)
    assert days(newest=today, first=date(2024, 5, 2)) == of_may(2, 3, 4)


def test_a_range_includes_both_days_and_ends_by_default_as_a_run_without_one() -> None:
    assert days(first=date(2024, 5, 1), last=date(2024, 5, 2)) == of_may(1, 2)
    assert days(first=date(2024, 5, 2)) == of_may(2, 3, 4)
    assert days(first=date(2024, 5, 2), include_today=False) == of_may(2, 3)
    assert days(first=date(2024, 5, 4), last=date(2024, 5, 4), include_today=False) == of_may(4)


def test_today_ends_now() -> None:
    choice = DayChoice(zone=SHANGHAI, first=None, last=None, recompute_days=1, include_today=True)

    yesterday, today = choice.days(NOW)

    assert (yesterday.end, today.start, today.end) == (midnight(date(2024, 5, 4), SHANGHAI), yesterday.end, NOW)


def test_a_day_that_the_time_zone_skipped_is_left_out() -> None:
    apia = DayChoice(
        zone=ZoneInfo("Pacific/Apia"),
        first=date(2011, 12, 29),
        last=date(2011, 12, 31),
        recompute_days=0,
        include_today=True,
    )

    assert [day.date.day for day in apia.days(NOW)] == [29, 31]


def test_the_longest_range_is_three_years() -> None:
    first = date(2024, 5, 4) - timedelta(days=DAYS_MAX - 1)

    assert len(days(first=first)) == DAYS_MAX
    with pytest.raises(InvalidValue, match="are too many"):
        days(first=first - timedelta(days=1))


def test_today_alone_cannot_be_left_out_of_a_range() -> None:
    with pytest.raises(InvalidValue, match="must not be after the last day"):
        days(first=date(2024, 5, 4), include_today=False)
