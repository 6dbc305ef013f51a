"""The interval that is chosen for a range of time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.readings.windows import choose_interval
from arcbeat.domain.time.time_ranges import TimeRange

T0 = datetime(2024, 3, 29, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = TimeRange(T0, T0 + timedelta(days=7))


@pytest.mark.parametrize(
    ("points", "devices", "expected"), [(500, 1, "30m"), (10, 1, "1d"), (5000, 1, "5m"), (5000, 50, "15m")]
)
def test_an_interval_is_chosen_by_the_requested_and_the_allowed_number_of_points(
    points: int, devices: int, expected: str
) -> None:
    assert str(choose_interval(WEEK, BERLIN, points, devices=devices, values=1)) == expected


def test_the_number_of_windows_defaults_to_at_most_five_hundred() -> None:
    assert str(choose_interval(WEEK, BERLIN, None, devices=1, values=1)) == "30m"


def test_a_number_of_points_that_no_interval_allows_is_rejected() -> None:
    centuries = TimeRange(datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))

    with pytest.raises(InvalidValue) as rejected:
        choose_interval(centuries, BERLIN, 1, devices=1, values=1)

    assert rejected.value.violations[0].field == "points_max"
