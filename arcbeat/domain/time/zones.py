"""Calendar days of a time zone; a day may have 23 or 25 hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def find_zone(name: str) -> ZoneInfo | None:
    """Return the time zone with an IANA name; None if there is none."""
    try:
        return ZoneInfo(name)
    # Most unknown names raise KeyError. A name that is a folder, or that leaves the folder of zones, raises others.
    except (KeyError, OSError, ValueError):
        return None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins in a time zone, in UTC.

    Where clocks are set forward over midnight, the day begins at that moment.
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day of a moment in a time zone.

    Where clocks are set back over midnight, this is the later day: it has begun already.
    """
    day = moment.astimezone(zone).date()
    next_day = day + timedelta(days=1)
    return next_day if midnight(next_day, zone) <= moment else day
