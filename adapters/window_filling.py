"""What stands for intervals without readings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import TypeAlias

from arcbeat.domain.columns import Value
from arcbeat.domain.errors import StoreBadValue
from arcbeat.domain.readings import Aggregate, Fill, Window, WindowQuery

WINDOWS_MAX = 1_000_000
"""So many windows of all devices together are filled in at most."""

Values: TypeAlias = Mapping[str, Mapping[Aggregate, Value]]


def fill_windows(windows: Sequence[Window], query: WindowQuery) -> list[Window]:
    """One window for each interval from the first to the last of the query, for every device that has any.

    Args:
        windows: those with readings, ordered by device code, then by time.

    Raises:
        StoreBadValue: they would be more than WINDOWS_MAX.
    """
    if query.fill is Fill.NONE or not windows:
        return list(windows)
    devices = [list(found) for _, found in groupby(windows, lambda window: window.device_code)]
    starts = _interval_starts(query, len(devices))
    return [window for found in devices for window in _fill_device(found, starts, query)]


def _fill_device(found: Sequence[Window], starts: Sequence[datetime], query: WindowQuery) -> Iterator[Window]:
    by_start = {window.start: window for window in found}
    nothing: Values = {field: dict.fromkeys(query.aggregates) for field in query.fields}
    before = nothing
    for start in starts:
        window = by_start.get(start) or Window(found[0].device_code, start, before)
        yield window
        before = window.values if query.fill is Fill.PREVIOUS else nothing


def _interval_starts(query: WindowQuery, devices: int) -> Sequence[datetime]:
    """The beginnings of all intervals that the query touches, in UTC."""
    # Times of one zone with daylight saving are subtracted by the clock on the wall: in UTC they are not.
    start, end, origin = (moment.astimezone(UTC) for moment in (query.start, query.end, query.origin))
    first = start - (start - origin) % query.interval
    count = -((first - end) // query.interval)
    if count * devices > WINDOWS_MAX:
        raise StoreBadValue(f"The range has more than {WINDOWS_MAX} windows to fill.")
    return [first + number * query.interval for number in range(count)]
