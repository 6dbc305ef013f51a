"""The range in which alarms are listed."""

from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.alarms.alarms import Alarm, alarm_range
from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.time.time_ranges import EARLIEST

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_range_defaults_to_the_last_24_hours_and_ends_by_now() -> None:
    default, later, only_end = alarm_range(None, None, NOW), alarm_range(None, NOW + DAY, NOW), NOW - 3 * DAY

    assert (default.start, default.end) == (later.start, later.end) == (NOW - DAY, NOW)
    assert alarm_range(None, only_end, NOW).start == only_end - DAY
    assert alarm_range(NOW - 31 * DAY, None, NOW).start == NOW - 31 * DAY
    assert alarm_range(None, EARLIEST + DAY / 2, NOW).start == EARLIEST


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        (NOW - 31.01 * DAY, None, "start"),
        (NOW, None, "start"),
        (NOW + DAY, NOW + 2 * DAY, "start"),
        (datetime.min.replace(tzinfo=UTC), None, "start"),
        (None, datetime.min.replace(tzinfo=UTC), "end"),
    ],
)
def test_a_range_that_is_too_long_or_empty_or_too_early_is_rejected(
    start: datetime | None, end: datetime | None, name: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        alarm_range(start, end, NOW)

    assert [each.field for each in caught.value.violations] == [name]


def test_the_duration_of_an_open_alarm_grows() -> None:
    alarm = Alarm(type_code="welding", device_code="M1", state="报警", start=NOW, end=None)

    assert alarm.duration(NOW + DAY) == DAY
