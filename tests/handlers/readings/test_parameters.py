"""Query parameters of operations on readings."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.time.intervals import Interval
from arcbeat.domain.time.time_ranges import TimeRange
from handlers.readings._parameters import requested_interval

T0 = datetime(2024, 3, 29, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = TimeRange(T0, T0 + timedelta(days=7))


def test_an_interval_in_the_request_is_used() -> None:
    assert requested_interval("7m", None, WEEK, BERLIN, devices=1, values=1) == Interval(7, "m")


def test_without_an_interval_the_number_of_points_chooses_one() -> None:
    assert requested_interval(None, 10, WEEK, BERLIN, devices=1, values=1) == Interval(1, "d")


def test_an_interval_and_a_number_of_points_are_rejected_together() -> None:
    with pytest.raises(InvalidInput) as rejected:
        requested_interval("7m", 100, WEEK, BERLIN, devices=1, values=1)

    detail = "not together with interval; leave one of them out"
    assert rejected.value.errors == (InputError("query", "max_points", detail),)


def test_a_number_of_points_that_no_interval_allows_is_reported_for_its_parameter() -> None:
    centuries = TimeRange(datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))

    with pytest.raises(InvalidInput) as rejected:
        requested_interval(None, 1, centuries, BERLIN, devices=1, values=1)

    assert [(each.location, each.name) for each in rejected.value.errors] == [("query", "max_points")]
