"""Windows over a range of time: limits, the queries that a store can execute, and the filling of empty windows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.readings.readings import Aggregate, Window, WindowQuery
from arcbeat.domain.schema.columns import INTEGER_RANGES, Column, ColumnType, Value
from arcbeat.domain.time.intervals import EqualWindows, Interval, smallest_interval
from arcbeat.domain.time.time_ranges import TimeRange

WINDOWS_MAX = 50_000
"""Windows of all devices together."""
VALUES_MAX = 1_000_000
"""Values of all windows together; a window has one value per field and aggregate."""
DEVICES_MAX = 50
MERGED_DEVICES_MAX = 5_000
"""Devices that are aggregated together by one statement, which names each of them."""
SERIES_MAX = 50
"""Groups of devices per request; each takes one statement."""
POINTS_DEFAULT = 500
"""Windows per device when neither an interval nor a number of points is given."""

NUMBER_TYPES = frozenset({*INTEGER_RANGES, ColumnType.FLOAT, ColumnType.DOUBLE})
_NUMBERS_ONLY = (Aggregate.AVG, Aggregate.MIN, Aggregate.MAX)


class Fill(StrEnum):
    """The value of windows without readings.

    NONE: the windows are left out. NULL: every aggregate is null. PREVIOUS: the values of the window before. A count is
    0 in both. A device without readings in the whole range has no windows at all.
    """

    NONE = "none"
    NULL = "null"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRequest:
    """Aggregates of columns by device and interval.

    Attributes:
        device_codes: None aggregates the super table as one series, across its devices.
        merged: aggregate the devices in ``device_codes`` together, as one series.
        series: how many series the whole response has; it shares the limits among them.
        zone: the time zone whose midnights windows are counted from.
    """

    device_codes: tuple[str, ...] | None
    within: TimeRange
    zone: ZoneInfo
    interval: Interval
    columns: tuple[Column, ...]
    aggregates: tuple[Aggregate, ...]
    fill: Fill = Fill.NONE
    merged: bool = False
    series: int = 1

    @property
    def windows_max(self) -> int:
        """How many windows per series the limits allow."""
        is_one_series = self.device_codes is None or self.merged
        series = self.series if is_one_series else len(self.device_codes or ())
        return _windows_max(series, len(self.columns) * len(self.aggregates))


Values = Mapping[str, Mapping[Aggregate, Value]]


def _windows_max(devices: int, values: int) -> int:
    """Return how many windows per device the limits allow, at this number of values per window."""
    return min(WINDOWS_MAX, VALUES_MAX // values) // devices


def choose_interval(
    within: TimeRange, zone: ZoneInfo, points_max: int | None, *, devices: int, values: int
) -> Interval:
    """Return the shortest usual interval with at most ``points_max`` windows per device.

    ``points_max`` defaults to POINTS_DEFAULT. The limits on windows and values of all devices together apply too.

    Raises:
        InvalidValue: no usual interval gives at most ``points_max`` windows.
    """
    interval = smallest_interval(within, zone, min(points_max or POINTS_DEFAULT, _windows_max(devices, values)))
    if interval is None:
        raise InvalidValue.of("points_max", "no usual interval gives so few windows for this range; allow more")
    return interval


def check_request(request: WindowRequest) -> None:
    """Check a request before a store is queried.

    Raises:
        InvalidValue: ``aggregates`` do not suit a column, ``device_codes`` are too many, or ``interval`` makes too many
            windows.
    """
    _check_aggregates(request)
    devices_max = MERGED_DEVICES_MAX if request.merged else DEVICES_MAX
    if request.device_codes is not None and len(request.device_codes) > devices_max:
        raise InvalidValue.of("device_codes", f"more than {devices_max}")
    count, allowed = request.interval.count_in(request.within, request.zone), request.windows_max
    if count > allowed:
        larger = smallest_interval(request.within, request.zone, allowed) or "a shorter range"
        detail = f"makes {count} windows per device, and {allowed} are allowed; use {larger}"
        raise InvalidValue.of("interval", detail)


def _check_aggregates(request: WindowRequest) -> None:
    violations = [
        Violation("aggregates", f"{aggregate} needs numbers, and {column.name} is of type {column.type}")
        for column in request.columns
        for aggregate in request.aggregates
        if aggregate in _NUMBERS_ONLY and column.type not in NUMBER_TYPES
    ]
    if violations:
        raise InvalidValue(violations)


def queries_of(request: WindowRequest) -> list[WindowQuery]:
    """Return the queries that a store can execute: one per group of windows of the same length, in order of time."""
    return [_query(request, group) for group in request.interval.equal_windows(request.within, request.zone)]


def _query(request: WindowRequest, group: EqualWindows) -> WindowQuery:
    return WindowQuery(
        device_codes=request.device_codes,
        start=max(request.within.start, group.start),
        end=min(request.within.end, group.end),
        interval=group.length,
        fields=tuple(column.name for column in request.columns),
        aggregates=request.aggregates,
        origin=group.start,
        merged=request.merged,
    )


def ordered_and_filled(found: Sequence[Window], request: WindowRequest) -> list[Window]:
    """Return the windows by device code (as text), then by time, with empty windows filled as requested."""
    ordered = sorted(found, key=lambda window: (window.device_code, window.start))
    return ordered if request.fill is Fill.NONE else list(_filled(ordered, request))


def _filled(found: Sequence[Window], request: WindowRequest) -> Iterator[Window]:
    equal_windows = request.interval.equal_windows(request.within, request.zone)
    starts = [start for group in equal_windows for start in group.starts]
    for device_code, windows in groupby(found, lambda window: window.device_code):
        by_start = {window.start: window for window in windows}
        values: Values = {column.name: dict.fromkeys(request.aggregates) for column in request.columns}
        for start in starts:
            window = by_start.get(start) or Window(device_code, start, _with_zero_counts(values))
            yield window
            if request.fill is Fill.PREVIOUS:
                values = window.values


def _with_zero_counts(values: Values) -> Values:
    return {
        field: {aggregate: 0 if aggregate is Aggregate.COUNT else value for aggregate, value in by_aggregate.items()}
        for field, by_aggregate in values.items()
    }
