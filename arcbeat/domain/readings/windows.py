"""Windows over any range of time: checked, asked for stretch by stretch, and filled where nothing was said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.columns import INTEGER_RANGES, Column, ColumnType, Value
from arcbeat.domain.readings.ports import WindowSource
from arcbeat.domain.readings.readings import Aggregate, SuperTable, Window, WindowQuery
from arcbeat.domain.time.intervals import Interval, Stretch, smallest_interval
from arcbeat.domain.time.time_ranges import TimeRange

WINDOWS_MAX = 50_000
"""Windows of all devices together."""
VALUES_MAX = 1_000_000
"""Values of all windows together: one a device, window, field and aggregate."""
DEVICES_MAX = 50
POINTS = 500
"""Windows a device where neither an interval nor a number of points is given."""

NUMBERS = frozenset({*INTEGER_RANGES, ColumnType.FLOAT, ColumnType.DOUBLE})
_OF_NUMBERS = (Aggregate.AVG, Aggregate.MIN, Aggregate.MAX)


class Fill(StrEnum):
    """What stands for a window without readings: nothing at all, nulls, or the values of the window before.

    A count is 0 in it either way. Devices that said nothing in the whole range have no windows to fill.
    """

    NONE = "none"
    NULL = "null"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRequest:
    """Aggregates of some columns of some devices.

    Attributes:
        device_codes: None is one series of the whole super table.
        zone: whose days count.
    """

    device_codes: tuple[str, ...] | None
    within: TimeRange
    zone: ZoneInfo
    interval: Interval
    columns: tuple[Column, ...]
    aggregates: tuple[Aggregate, ...]
    fill: Fill = Fill.NONE

    @property
    def windows_max(self) -> int:
        """So many windows a device are within the bounds."""
        devices = 1 if self.device_codes is None else len(self.device_codes)
        return _windows_max(devices, len(self.columns) * len(self.aggregates))


Values = Mapping[str, Mapping[Aggregate, Value]]


def _windows_max(devices: int, values: int) -> int:
    """How many windows of so many values each of so many devices may have."""
    return min(WINDOWS_MAX, VALUES_MAX // values) // devices


def interval_of(
    text: str | None, max_points: int | None, within: TimeRange, zone: ZoneInfo, *, devices: int, values: int
) -> Interval:
    """The interval that is named; otherwise the smallest usual one that makes at most ``max_points`` windows a device,
    POINTS unless said, and no more than are allowed of so many values.

    Raises:
        InvalidInput: there is none, or both are said.
    """
    if text is not None and max_points is not None:
        raise InvalidInput((InputError("query", "max_points", "not together with interval"),))
    if text is not None:
        return Interval.parse(text)
    picked = smallest_interval(within, zone, min(max_points or POINTS, _windows_max(devices, values)))
    if picked is None:
        raise InvalidInput((InputError("query", "max_points", "no interval makes so few windows of this range"),))
    return picked


async def windows_of(store: WindowSource, table: SuperTable, request: WindowRequest) -> list[Window]:
    """All windows by device code (as text), then by time.

    Raises:
        InvalidInput: there would be too many, or a column has no such aggregate.
        StoreError: the store failed.
    """
    _check_aggregates(request)
    _check_count(request)
    stretches = list(request.interval.stretches(request.within, request.zone))
    found = [window for each in stretches for window in await store.windows(table, _query(request, each))]
    found.sort(key=lambda window: (window.device_code, window.start))
    return found if request.fill is Fill.NONE else list(_filled(found, stretches, request))


def _check_aggregates(request: WindowRequest) -> None:
    errors = [
        InputError("query", "aggregates", f"{aggregate} of {column.name}, which is no number but {column.type}")
        for column in request.columns
        for aggregate in request.aggregates
        if aggregate in _OF_NUMBERS and column.type not in NUMBERS
    ]
    if errors:
        raise InvalidInput(tuple(errors))


def _check_count(request: WindowRequest) -> None:
    if request.device_codes is not None and len(request.device_codes) > DEVICES_MAX:
        raise InvalidInput((InputError("query", "device_code", f"more than {DEVICES_MAX}"),))
    count, allowed = request.interval.count_in(request.within, request.zone), request.windows_max
    if count <= allowed:
        return
    larger = smallest_interval(request.within, request.zone, allowed)
    detail = f"makes {count} windows a device, and {allowed} are allowed; {larger or 'a shorter range'} would do"
    raise InvalidInput((InputError("query", "interval", detail),))


def _query(request: WindowRequest, stretch: Stretch) -> WindowQuery:
    return WindowQuery(
        device_codes=request.device_codes,
        start=max(request.within.start, stretch.start),
        end=min(request.within.end, stretch.end),
        interval=stretch.length,
        fields=tuple(column.name for column in request.columns),
        aggregates=request.aggregates,
        origin=stretch.start,
    )


def _filled(found: Sequence[Window], stretches: Sequence[Stretch], request: WindowRequest) -> Iterator[Window]:
    starts = [start for stretch in stretches for start in stretch.starts]
    for device_code, windows in groupby(found, lambda window: window.device_code):
        by_start = {window.start: window for window in windows}
        said = _nothing(request)
        for start in starts:
            window = by_start.get(start) or Window(device_code, start, _uncounted(said))
            yield window
            if request.fill is Fill.PREVIOUS:
                said = window.values


def _nothing(request: WindowRequest) -> Values:
    return {column.name: dict.fromkeys(request.aggregates) for column in request.columns}


def _uncounted(said: Values) -> Values:
    return {
        field: {aggregate: 0 if aggregate is Aggregate.COUNT else value for aggregate, value in values.items()}
        for field, values in said.items()
    }
