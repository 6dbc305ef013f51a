"""The timestamps of sent readings."""

from datetime import UTC, datetime, timedelta

from arcbeat.domain.schema.columns import ValueRejected, check_timestamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""The bound that detects a device whose clock lost its battery, and seconds that were sent as milliseconds."""


def parse_timestamp(sent: str | int) -> datetime:
    """Return RFC 3339 text, or milliseconds since 1970, as a datetime in UTC.

    Raises:
        ValueRejected: the value is not such a timestamp, or is before EARLIEST.
    """
    ts = _from_milliseconds(sent) if isinstance(sent, int) else check_timestamp(sent.upper())
    if ts < EARLIEST:
        raise ValueRejected(f"before {EARLIEST.year}; a number is milliseconds since {EPOCH.year}")
    return ts


def _from_milliseconds(milliseconds: int) -> datetime:
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise ValueRejected("the timestamp is out of range") from error
