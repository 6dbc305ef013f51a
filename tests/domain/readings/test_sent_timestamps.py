"""The timestamps of sent readings."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arcbeat.domain.readings.sent_timestamps import EARLIEST, EPOCH, parse_timestamp
from arcbeat.domain.schema.columns import ValueRejected

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-03-02T12:00:00Z", NOON),
        ("2026-03-02t12:00:00z", NOON),
        ("2026-03-02T20:00:00+08:00", NOON),
        ("2026-03-02T12:00:00.123456789Z", NOON.replace(microsecond=123456)),
        (1772452800000, NOON),
        (1772452800001, NOON + timedelta(milliseconds=1)),
        (946684800000, EARLIEST),
        ("2000-01-01T00:00:00Z", EARLIEST),
    ],
)
def test_text_with_an_offset_and_milliseconds_are_timestamps(sent: str | int, expected: datetime) -> None:
    assert (parse_timestamp(sent), parse_timestamp(sent).tzinfo) == (expected, UTC)


@pytest.mark.parametrize(
    "sent",
    [
        "2026-03-02T12:00:00",
        "2016-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:00",
        "1999-12-31T23:59:59Z",
        "yesterday",
        1772452800,
        946684799999,
        0,
        -1,
        2**63,
        -(2**63),
        10**30,
    ],
)
def test_everything_else_is_rejected(sent: str | int) -> None:
    with pytest.raises(ValueRejected):
        parse_timestamp(sent)


@settings(database=None, derandomize=True)
@given(st.datetimes(datetime(2000, 1, 2), datetime(9999, 12, 30), timezones=st.timezones()))  # noqa: DTZ001 -- the time zones are given separately
def test_text_and_milliseconds_mean_the_same(at: datetime) -> None:
    # Python compares aware datetimes around the end of summer time as unequal, so compare in UTC.
    in_utc = at.astimezone(UTC)
    milliseconds = (in_utc - EPOCH) // timedelta(milliseconds=1)

    assert parse_timestamp(at.isoformat()) == in_utc
    assert parse_timestamp(milliseconds) == EPOCH + timedelta(milliseconds=milliseconds)
