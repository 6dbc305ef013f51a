"""Alarms: the spans in which a device is in an alarm state of its type, and their acknowledgements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.states.spans import SpanKind, StateSpan
from arcbeat.domain.time.time_ranges import EARLIEST, TimeRange, checked_range

RANGE_DEFAULT = timedelta(hours=24)
RANGE_MAX = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A span of a device in one alarm state.

    It is identified by the device and ``start``, or by any later moment before its end.

    Attributes:
        start: the ts of its first reading, or the moment up to which it was looked for if ``starts_earlier``.
        end: when it ended; None while it is open: the newest reading is in its state and not older than the gap.
    """

    type_code: str
    device_code: str
    state: str
    start: datetime
    end: datetime | None
    starts_earlier: bool = False

    def duration(self, now: datetime) -> timedelta:
        """Return how long it lasted; up to now if it is open."""
        return (self.end or now) - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """A note about an alarm, by the person or program that has taken notice of it.

    Attributes:
        by: the user name, or the name of an API key.
        at: when the alarm was acknowledged; correcting the note keeps it.
    """

    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ListedAlarm:
    """An alarm, and its acknowledgement if it has one."""

    alarm: Alarm
    acknowledgement: Acknowledgement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFilter:
    """Which alarms to list; an attribute that is None does not filter."""

    states: frozenset[str] | None = None
    is_open: bool | None = None
    is_acknowledged: bool | None = None


@dataclass(frozen=True, slots=True)
class AlarmPosition:
    """Where a page of alarms ended.

    Attributes:
        ended_before: the alarms that ended until then are next; None if the next ones are open.
        device_code: of alarms that are open, or that ended at that moment, those of later device codes are next.
    """

    ended_before: datetime | None = None
    device_code: str | None = None


@dataclass(frozen=True, slots=True)
class AlarmPage:
    """Alarms: the open ones by device code, then the others, the last one that ended first.

    Attributes:
        end: where the page ended and the next one begins; None for the last page.
    """

    alarms: Sequence[ListedAlarm]
    end: AlarmPosition | None


def alarm_range(start: datetime | None, end: datetime | None, now: datetime) -> TimeRange:
    """Return the range in which the listed alarms ended; it defaults to the last 24 hours, and ends by now.

    Raises:
        InvalidValue: it is longer than 31 days, ``start`` is not before the end, or they are out of bounds.
    """
    until = now if end is None else min(end, now)
    if start is None:
        checked_range(EARLIEST, until)
        start = max(EARLIEST, until - RANGE_DEFAULT)
    within = checked_range(start, until)
    if within.end - within.start > RANGE_MAX:
        raise InvalidValue.of(
            "start", f"more than {RANGE_MAX.days} days before the end of the range; choose a later one"
        )
    return within


def is_alarm(span: StateSpan, device_type: DeviceType) -> bool:
    """Return whether a device was in an alarm state during a span."""
    return span.kind is SpanKind.STATE and span.state in device_type.alarm_states
