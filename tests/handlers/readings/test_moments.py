"""When a device said something."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arcbeat.domain.readings.columns import ValueRejected
from handlers.readings.moments import EARLIEST, EPOCH, moment

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "at"),
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
def test_text_with_an_offset_and_milliseconds_are_moments(said: str | int, at: datetime) -> None:
    assert (moment(said), moment(said).tzinfo) == (at, UTC)


@pytest.mark.parametrize(
    "said",
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
def test_everything_else_is_refused(said: str | int) -> None:
    with pytest.raises(ValueRejected):
        moment(said)


@settings(deadline=None, database=None, derandomize=True)
@given(st.datetimes(datetime(2000, 1, 2), datetime(9999, 12, 30), timezones=st.timezones()))  # noqa: DTZ001 -- the zones are given besides
def test_both_ways_to_say_it_mean_the_same(at: datetime) -> None:
    # within its zone, a moment at the end of summer time is equal to nothing
    in_utc = at.astimezone(UTC)
    milliseconds = (in_utc - EPOCH) // timedelta(milliseconds=1)

    assert moment(at.isoformat()) == in_utc
    assert moment(milliseconds) == EPOCH + timedelta(milliseconds=milliseconds)
