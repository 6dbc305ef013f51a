"""When a device said something, as senders say it."""

from datetime import UTC, datetime, timedelta

from arcbeat.domain.readings.columns import ValueRejected, check_timestamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Older is a clock that lost its battery, or seconds where milliseconds are meant."""


def moment(said: str | int) -> datetime:
    """An aware datetime in UTC, from RFC 3339 text or from milliseconds since 1970.

    Raises:
        ValueRejected: it is no such moment, or before 2000.
    """
    at = _of_milliseconds(said) if isinstance(said, int) else check_timestamp(said.upper())
    if at < EARLIEST:
        raise ValueRejected(f"before {EARLIEST.year}; a number is milliseconds since {EPOCH.year}")
    return at


def _of_milliseconds(said: int) -> datetime:
    try:
        return EPOCH + timedelta(milliseconds=said)
    except OverflowError as error:
        raise ValueRejected("the timestamp is out of range") from error
