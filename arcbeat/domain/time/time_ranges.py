"""Ranges of time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from arcbeat.domain.errors import InvalidValue

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""The bounds of ranges. They keep a distance from the ends of Python's calendar, so that days of any time zone and
windows of any length around them still exist."""


@dataclass(frozen=True, slots=True)
class TimeRange:
    """The time from ``start`` (inclusive) to ``end`` (exclusive), both in UTC; ``start`` is before ``end``."""

    start: datetime
    end: datetime


def checked_range(start: datetime, end: datetime) -> TimeRange:
    """Return the range from ``start`` to ``end``.

    Raises:
        InvalidValue: ``start`` or ``end`` is not between EARLIEST and LATEST, or ``start`` is not before ``end``.
    """
    for name, moment in (("start", start), ("end", end)):
        if not EARLIEST <= moment <= LATEST:
            raise InvalidValue.of(name, f"not between the years {EARLIEST.year} and {LATEST.year}")
    if start >= end:
        raise InvalidValue.of("start", "not before the end of the range")
    return TimeRange(start, end)
