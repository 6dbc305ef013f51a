"""Intervals of windows: how they are written, where they begin, and how many there are in a range of time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.domain.time.zones import day_of, midnight

DAYS_MAX = 36_500
"""The longest interval in days: it begins and ends where Python's calendar still goes."""

_TEXT = re.compile(r"([1-9][0-9]{0,5})(ms|s|m|h|d)\Z")
_LENGTHS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
}
_DAYS = "d"


@dataclass(frozen=True, slots=True)
class Interval:
    """How long a window is, written as a count and a unit: 500ms, 5s, 1m, 12h, 1d.

    Days are those of a time zone, so that one may have 23 or 25 hours; several days are counted from a Monday, whatever
    the range. What is shorter is counted from the midnight that begins the range's first day.
    """

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Interval":
        """From its text.

        Raises:
            InvalidInput: it is not of that form, or of too many days; the place is the parameter ``interval``.
        """
        match = _TEXT.match(text)
        if match is None:
            raise _invalid(f"not a number and one of ms, s, m, h, d: {text}")
        interval = cls(int(match[1]), match[2])
        if interval.unit == _DAYS and interval.count > DAYS_MAX:
            raise _invalid(f"more than {DAYS_MAX}d")
        return interval

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    def count_in(self, within: TimeRange, zone: ZoneInfo) -> int:
        """How many windows there are at most; days that a zone has skipped count too."""
        if self.unit == _DAYS:
            return (_ordinal(_last_day(within, zone)) - self._first_ordinal(within, zone)) // self.count + 1
        return -((self._first_start(within, zone) - within.end) // self._length)

    def stretches(self, within: TimeRange, zone: ZoneInfo) -> Iterator["Stretch"]:
        """The windows that the range touches, in order; the first may begin before it and the last end after it."""
        if self.unit != _DAYS:
            yield Stretch(self._first_start(within, zone), self._length, self.count_in(within, zone))
            return
        edges = pairwise(self._day_edges(within, zone))
        windows = ((start, end - start) for start, end in edges if end > start)
        for length, alike in groupby(windows, lambda window: window[1]):
            starts = [start for start, _ in alike]
            yield Stretch(starts[0], length, len(starts))

    @property
    def _length(self) -> timedelta:
        return self.count * _LENGTHS[self.unit]

    def _first_start(self, within: TimeRange, zone: ZoneInfo) -> datetime:
        origin = midnight(day_of(within.start, zone), zone)
        return within.start - (within.start - origin) % self._length

    def _first_ordinal(self, within: TimeRange, zone: ZoneInfo) -> int:
        first = _ordinal(day_of(within.start, zone))
        return first - first % self.count

    def _day_edges(self, within: TimeRange, zone: ZoneInfo) -> Iterator[datetime]:
        first = self._first_ordinal(within, zone)
        for number in range(self.count_in(within, zone) + 1):
            yield midnight(_MONDAY + timedelta(days=first + number * self.count), zone)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Windows of one length, one after another."""

    start: datetime
    length: timedelta
    count: int

    @property
    def starts(self) -> Sequence[datetime]:
        return [self.start + number * self.length for number in range(self.count)]

    @property
    def end(self) -> datetime:
        return self.start + self.count * self.length


_MONDAY = date(1, 1, 1)

LADDER = tuple(
    map(
        Interval.parse,
        (
            *("1s", "5s", "10s", "15s", "30s"),
            *("1m", "2m", "5m", "10m", "15m", "30m"),
            *("1h", "2h", "3h", "4h", "6h", "12h"),
            *("1d", "2d", "7d", "14d", "28d", "91d", "182d", "364d", "3640d", "36400d"),
        ),
    )
)
"""The intervals that are picked from where nobody names one, shortest first."""


def smallest_interval(within: TimeRange, zone: ZoneInfo, windows_max: int) -> Interval | None:
    """The first of the ladder that makes no more windows than that; None where each makes more."""
    return next((interval for interval in LADDER if interval.count_in(within, zone) <= windows_max), None)


def _ordinal(day: date) -> int:
    """Days since the first Monday of the calendar."""
    return (day - _MONDAY).days


def _last_day(within: TimeRange, zone: ZoneInfo) -> date:
    return day_of(within.end - timedelta(microseconds=1), zone)


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput((InputError("query", "interval", detail),))
