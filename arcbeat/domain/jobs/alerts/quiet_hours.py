"""Quiet hours: a daily time in which warnings wait. They count on the wall clock of a time zone."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.time.zones import find_zone

FORM = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The time from ``start`` until before ``end`` of each day; over midnight if ``end`` is the earlier one.

    Where clocks are set back, an hour that happens twice is quiet twice.
    """

    start: time
    end: time
    zone: ZoneInfo

    def contains(self, moment: datetime) -> bool:
        """Return whether a moment is in quiet hours."""
        local = moment.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


def parse_quiet_hours(text: str, time_zone: str) -> QuietHours | None:
    """Return the quiet hours that are written as ``22:00-07:00``; None for an empty text.

    Raises:
        InvalidValue: The text is not written like that, both times are the same, or no zone has this name.
    """
    if not text:
        return None
    match = FORM.fullmatch(text)
    if match is None or match[1] + match[2] == match[3] + match[4]:
        raise InvalidValue.of(
            "quiet_hours", f"is {text!r}; it must be two different times of day, for example 22:00-07:00, or empty"
        )
    start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    if (zone := find_zone(time_zone)) is None:
        raise InvalidValue.of("time_zone", f"no IANA time zone is named {time_zone!r}; an example is Asia/Shanghai")
    return QuietHours(start, end, zone)
