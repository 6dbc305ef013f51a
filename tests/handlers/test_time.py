"""Date-times, ranges, intervals and time zones in query parameters."""

from datetime import UTC, datetime

import pytest

from arcbeat.domain.errors import InvalidInput
from arcbeat.domain.time.time_ranges import TimeRange
from handlers._time import parse_interval, parse_range, parse_time_zone

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def locations(error: InvalidInput) -> list[tuple[str, str]]:
    return [(each.location, each.name) for each in error.errors]


@pytest.mark.parametrize("text", ["1ms", "500ms", "5s", "15m", "12h", "1d", "36500d", "999999h"])
def test_an_interval_is_formatted_as_it_was_written(text: str) -> None:
    assert str(parse_interval(text)) == text


@pytest.mark.parametrize("text", ["", "0s", "05s", "5", "s", "1.5h", "-1s", "1w", "1000000s", "5 s", "5s ", "36501d"])
def test_an_invalid_interval_is_reported_for_its_parameter(text: str) -> None:
    with pytest.raises(InvalidInput) as rejected:
        parse_interval(text)

    assert locations(rejected.value) == [("query", "interval")]


@pytest.mark.parametrize("name", ["Mars/Olympus", "America", "../etc/passwd", "/etc/localtime", "", "zone.tab"])
def test_an_unknown_time_zone_is_reported_for_its_parameter(name: str) -> None:
    with pytest.raises(InvalidInput) as rejected:
        parse_time_zone(name)

    assert locations(rejected.value) == [("query", "time_zone")]


def test_a_range_ends_now_by_default_and_is_in_utc() -> None:
    assert parse_range("2026-03-02t15:59:00+08:00", None, NOW) == TimeRange(NOW.replace(hour=7, minute=59), NOW)


@pytest.mark.parametrize(
    ("from_", "to", "name"),
    [
        ("yesterday", None, "from"),
        ("2026-03-02T07:00:00", None, "from"),
        ("1899-12-31T00:00:00Z", None, "from"),
        ("2026-03-02T08:00:00Z", None, "from"),
        ("2026-03-02T08:00:00Z", "2026-03-02T07:00:00Z", "from"),
        ("2026-03-02T08:00:00Z", "tomorrow", "to"),
        ("2026-03-02T08:00:00Z", "2200-01-02T00:00:00Z", "to"),
    ],
)
def test_an_invalid_range_is_reported_for_the_parameter_that_is_wrong(from_: str, to: str | None, name: str) -> None:
    with pytest.raises(InvalidInput) as rejected:
        parse_range(from_, to, NOW)

    assert locations(rejected.value) == [("query", name)]
