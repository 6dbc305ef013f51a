"""Time in query parameters: date-times, ranges, intervals and time zones as text."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.schema.columns import ValueRejected, check_timestamp
from arcbeat.domain.time.intervals import UNITS, Interval
from arcbeat.domain.time.time_ranges import TimeRange, checked_range
from arcbeat.domain.time.zones import find_zone
from handlers._http import query_errors

_INTERVAL = re.compile(rf"([1-9][0-9]{{0,5}})({'|'.join(UNITS)})\Z")


def parse_range(from_: str, to: str | None, now: datetime) -> TimeRange:
    """Return the range between two RFC 3339 texts; the end defaults to now.

    Raises:
        InvalidInput: ``from`` or ``to`` is not a date-time with an offset, is out of bounds, or ``from`` is not before
            the end.
    """
    start, end = parse_moment("from", from_), now if to is None else parse_moment("to", to)
    with query_errors(start="from", end="to"):
        return checked_range(start, end)


def parse_moment(parameter: str, text: str, *, location: str = "query") -> datetime:
    """Return the moment of a parameter, in UTC.

    Raises:
        InvalidInput: it is not an RFC 3339 date-time with an offset.
    """
    try:
        # Lower case t and z are valid in RFC 3339, but not for Python.
        return check_timestamp(text.upper())
    except ValueRejected as error:
        raise InvalidInput((InputError(location, parameter, str(error)),)) from error


def parse_day(parameter: str, text: str) -> date:
    """Return the day of a query parameter.

    Raises:
        InvalidInput: it is not a day of the calendar; the format `date` of the contract allows the year 0000.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        detail = f"is not a date, for example 2026-03-02: {error}"
        raise InvalidInput((InputError("query", parameter, detail),)) from error


def parse_time_zone(name: str) -> ZoneInfo:
    """Return the time zone with an IANA name.

    Raises:
        InvalidInput: there is no time zone with this ``time_zone``.
    """
    if (zone := find_zone(name)) is None:
        detail = f"no such time zone: {name}; use an IANA name, for example Asia/Shanghai"
        raise InvalidInput((InputError("query", "time_zone", detail),))
    return zone


def parse_interval(text: str) -> Interval:
    """Return the interval written as a number and a unit, for example 5m.

    Raises:
        InvalidInput: ``interval`` does not have that form, or is too long.
    """
    match = _INTERVAL.match(text)
    if match is None:
        detail = f"not a number and one of {', '.join(UNITS)}, for example 5m: {text}"
        raise InvalidInput((InputError("query", "interval", detail),))
    with query_errors():
        return Interval(int(match[1]), match[2])
