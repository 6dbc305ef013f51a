"""Converts window queries to what TDengine can aggregate, and its results to windows of the domain."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.tdengine.literals import clamp, round_up_to_resolution, truncate_to_milliseconds
from adapters.tdengine.rows import Result, Row
from arcbeat.domain.errors import StoreProtocolError
from arcbeat.domain.readings.readings import Aggregate, Window, WindowQuery
from arcbeat.domain.schema.columns import Value


def to_encodable(query: WindowQuery, resolution: timedelta) -> WindowQuery:
    """Return the query with bounds and origin that TDengine supports.

    Intervals are in milliseconds, and TDengine's range of timestamps is smaller than Python's.
    """
    start, end = (clamp(round_up_to_resolution(ts, resolution)) for ts in (query.start, query.end))
    return replace(query, start=start, end=end, origin=truncate_to_milliseconds(query.origin))


def to_windows(results: Iterable[Result], query: WindowQuery) -> list[Window]:
    """Return the windows, ordered by device code, then by time."""
    windows = [_to_window(row, query) for result in results for row in result.rows]
    return sorted(windows, key=lambda window: (window.device_code, window.start))


def _to_window(row: Row, query: WindowQuery) -> Window:
    """Convert a row of :func:`adapters.tdengine.statements.windows`.

    The row holds the start, the number of readings, the device code (unless the query covers the whole super table),
    then the aggregates.
    """
    start, _, *values = row
    if not isinstance(start, datetime):
        raise StoreProtocolError("A window in the response of TDengine has no start.")
    device_code = "" if query.is_one_series else str(values.pop(0))
    return Window(device_code, start, _by_field(query, iter(values)))


def _by_field(query: WindowQuery, values: Iterator[Value]) -> Mapping[str, Mapping[Aggregate, Value]]:
    return {field: {aggregate: next(values) for aggregate in query.aggregates} for field in query.fields}
