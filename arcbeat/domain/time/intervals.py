"""Intervals of windows: where windows begin, and how many there are in a range of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.domain.time.zones import day_of, midnight

DAYS_MAX = 36_500
"""The longest interval in days. A longer one could begin or end outside Python's calendar."""

_LENGTHS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
}
_DAYS = "d"
UNITS = (*_LENGTHS, _DAYS)


@dataclass(frozen=True, slots=True)
class Interval:
    """The length of a window: a count and a unit, for example 500ms, 5s, 1m, 12h, 1d.

    Days are calendar days of a time zone, so that one may have 23 or 25 hours. Windows of several days are counted from
    a fixed Monday, so that they begin on the same days in every range. Windows of shorter units are counted from the
    midnight at which the first day of the range begins.

    Attributes:
        count: 1 or more.
        unit: one of ms, s, m, h, d.

    Raises:
        InvalidValue: the unit is another one, or the interval is longer than DAYS_MAX days.
    """

    count: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise InvalidValue.of("interval", f"the unit is not one of {', '.join(UNITS)}, for example 5m")
        if self.unit == _DAYS and self.count > DAYS_MAX:
            raise InvalidValue.of("interval", f"longer than {DAYS_MAX}d")

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    def count_in(self, within: TimeRange, zone: ZoneInfo) -> int:
        """Return the maximum number of windows in a range; it includes days that the time zone skipped."""
        if self.unit == _DAYS:
            return (_ordinal(_last_day(within, zone)) - self._first_ordinal(within, zone)) // self.count + 1
        return -((self._first_start(within, zone) - within.end) // self._length)

    def equal_windows(self, within: TimeRange, zone: ZoneInfo) -> Iterator["EqualWindows"]:
        """Yield the windows that overlap a range, in order, grouped by their length.

        The first may begin before the range, and the last may end after it.
        """
        if self.unit != _DAYS:
            yield EqualWindows(self._first_start(within, zone), self._length, self.count_in(within, zone))
            return
        edges = pairwise(self._day_edges(within, zone))
        windows = ((start, end - start) for start, end in edges if end > start)
        for length, alike in groupby(windows, lambda window: window[1]):
            starts = [start for start, _ in alike]
            yield EqualWindows(starts[0], length, len(starts))

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
class EqualWindows:
    """Consecutive windows of the same length."""

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

USUAL_INTERVALS = tuple(
    Interval(count, unit)
    for unit, counts in {
        "s": (1, 5, 10, 15, 30),
        "m": (1, 2, 5, 10, 15, 30),
        "h": (1, 2, 3, 4, 6, 12),
        "d": (1, 2, 7, 14, 28, 91, 182, 364, 3640, 36400),
    }.items()
    for count in counts
)
"""The intervals to choose from when a request does not name one, shortest first."""


def smallest_interval(within: TimeRange, zone: ZoneInfo, windows_max: int) -> Interval | None:
    """Return the shortest usual interval with at most ``windows_max`` windows; None if every one makes more."""
    return next((interval for interval in USUAL_INTERVALS if interval.count_in(within, zone) <= windows_max), None)


def _ordinal(day: date) -> int:
    """Return the number of days since the first Monday of the calendar."""
    return (day - _MONDAY).days


def _last_day(within: TimeRange, zone: ZoneInfo) -> date:
    return day_of(within.end - timedelta(microseconds=1), zone)
