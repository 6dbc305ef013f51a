"""Calendar days of time zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.time.zones import day_of, midnight
from tests.support.clocks import ZONES

MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("day", "zone", "begins", "hours"),
    [
        (date(2024, 5, 1), "Asia/Shanghai", "2024-04-30T16:00:00+00:00", 24),
        (date(2024, 3, 31), "Europe/Berlin", "2024-03-30T23:00:00+00:00", 23),
        (date(2024, 10, 27), "Europe/Berlin", "2024-10-26T22:00:00+00:00", 25),
        # Clocks are set forward from midnight to 1:00.
        (date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00:00+00:00", 23),
        # Clocks are set back from midnight to 23:00, which belongs to the day before.
        (date(2018, 2, 17), "America/Sao_Paulo", "2018-02-17T02:00:00+00:00", 25),
        # Clocks are set back from 00:01 to 23:01; the day has begun before that.
        (date(2010, 11, 7), "America/St_Johns", "2010-11-07T02:30:00+00:00", 25),
        (date(2011, 12, 30), "Pacific/Apia", "2011-12-30T10:00:00+00:00", 0),
    ],
)
def test_a_day_begins_at_its_midnight_and_ends_at_the_next(day: date, zone: str, begins: str, hours: int) -> None:
    start, end = (midnight(each, ZoneInfo(zone)) for each in (day, day + timedelta(days=1)))

    assert (start.isoformat(), end - start) == (begins, timedelta(hours=hours))


@given(st.datetimes(datetime(1970, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)), st.sampled_from(ZONES))  # noqa: DTZ001 -- bounds are naive
def test_every_moment_lies_within_its_day(moment: datetime, zone: ZoneInfo) -> None:
    day = day_of(moment, zone)

    assert midnight(day, zone) <= moment < midnight(day + timedelta(days=1), zone)


@pytest.mark.parametrize("zone", ZONES)
def test_the_last_moment_before_a_midnight_belongs_to_the_day_before(zone: ZoneInfo) -> None:
    days = [date(2010, 1, 1) + timedelta(days=number) for number in range(800)]
    begun = {midnight(day, zone): day for day in days}

    assert all(day_of(start, zone) == day and day_of(start - MICROSECOND, zone) < day for start, day in begun.items())
