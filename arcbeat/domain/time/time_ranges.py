"""Ranges of time, as clients ask for them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.columns import ValueRejected, check_timestamp

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Nothing is asked for before or after: days of any zone and windows of any length around these are still days."""


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From ``start`` until before ``end``, both in UTC, the first before the second."""

    start: datetime
    end: datetime


def time_range(start: str, end: str | None, now: datetime) -> TimeRange:
    """From RFC 3339 texts, the end being now unless said.

    Raises:
        InvalidInput: it is none, or not between EARLIEST and LATEST; the places are the parameters ``from`` and ``to``.
    """
    within = TimeRange(_moment("from", start), now if end is None else _moment("to", end))
    if within.start >= within.end:
        raise InvalidInput((InputError("query", "from", "not before `to`" if end else "not before now"),))
    return within


def _moment(name: str, text: str) -> datetime:
    try:
        moment = check_timestamp(text.upper())
    except ValueRejected as error:
        raise InvalidInput((InputError("query", name, str(error)),)) from error
    if not EARLIEST <= moment <= LATEST:
        raise InvalidInput((InputError("query", name, f"not between {EARLIEST.year} and {LATEST.year}"),))
    return moment
