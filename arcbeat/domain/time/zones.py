"""Days of a named time zone; some have 23 or 25 hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from arcbeat.domain.errors import InputError, InvalidInput


def zone_named(name: str) -> ZoneInfo:
    """By its IANA name.

    Raises:
        InvalidInput: there is none; the place is the parameter ``time_zone``.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # a KeyError for most, others for what is a folder or leaves it
        raise InvalidInput((InputError("query", "time_zone", f"no such time zone: {name}"),)) from error


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins there, in UTC; where clocks jump over midnight, it begins when they do."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Which day it is there: the last one that has begun, also where clocks are set back over midnight."""
    day = moment.astimezone(zone).date()
    next_day = day + timedelta(days=1)
    return next_day if midnight(next_day, zone) <= moment else day
