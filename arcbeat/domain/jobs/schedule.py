"""The moments of a cron schedule in a time zone.

Where clocks are set forward, a job scheduled within the skipped hour runs right after it; where they are set back, a
job scheduled at a fixed time runs once: as Debian's cron does, which CronSim follows.
Source: https://github.com/cuu508/cronsim
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.time.zones import find_zone


def check_schedule(schedule: str, time_zone: str) -> None:
    """Check a cron expression and the name of its time zone.

    Raises:
        InvalidValue: One of them is invalid, or no moment of the schedule ever comes.
    """
    if (zone := find_zone(time_zone)) is None:
        detail = f"no IANA time zone is named {time_zone!r}; an example is Asia/Shanghai"
        raise InvalidValue((Violation("time_zone", detail),))
    try:
        next(CronSim(schedule, datetime(2024, 1, 1, tzinfo=zone)))
    except (CronSimError, StopIteration) as error:
        detail = "not a cron expression of five fields with moments in the future, for example */5 * * * *"
        raise InvalidValue((Violation("schedule", detail),)) from error


def next_moment(schedule: str, time_zone: str, after: datetime) -> datetime:
    """Return the first moment of a schedule after another moment, in UTC."""
    return next(CronSim(schedule, after.astimezone(ZoneInfo(time_zone)))).astimezone(UTC)


def last_moment(schedule: str, time_zone: str, until: datetime) -> datetime:
    """Return the last moment of a schedule up to and including another moment, in UTC."""
    # Searched backwards from a minute later, because CronSim leaves out the moment it begins with.
    backwards = CronSim(schedule, until.astimezone(ZoneInfo(time_zone)) + timedelta(minutes=1), reverse=True)
    return next(moment for each in backwards if (moment := each.astimezone(UTC)) <= until)
