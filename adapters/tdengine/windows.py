"""Windows: what TDengine aggregates, as the domain has it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.tdengine.literals import clamp, round_up_to_resolution, truncate_to_milliseconds
from adapters.tdengine.rows import Result, Row
from arcbeat.domain.errors import StoreProtocolError
from arcbeat.domain.readings.columns import Value
from arcbeat.domain.readings.readings import Aggregate, Window, WindowQuery


def sayable(query: WindowQuery, resolution: timedelta) -> WindowQuery:
    """The query as TDengine can be asked it: intervals are in milliseconds, the ends of time are nearer."""
    start, end = (clamp(round_up_to_resolution(moment, resolution)) for moment in (query.start, query.end))
    return replace(query, start=start, end=end, origin=truncate_to_milliseconds(query.origin))


def to_windows(results: Iterable[Result], query: WindowQuery) -> list[Window]:
    """By device code, then by time."""
    found = [_to_window(row, query) for result in results for row in result.rows]
    return sorted(found, key=lambda window: (window.device_code, window.start))


def _to_window(row: Row, query: WindowQuery) -> Window:
    """From start, number of readings, device code unless it is of the whole super table, then the aggregates."""
    start, _, *values = row
    if not isinstance(start, datetime):
        raise StoreProtocolError("A window has no start.")
    device_code = "" if query.device_codes is None else str(values.pop(0))
    return Window(device_code, start, _by_field(query, iter(values)))


def _by_field(query: WindowQuery, values: Iterator[Value]) -> Mapping[str, Mapping[Aggregate, Value]]:
    return {field: {aggregate: next(values) for aggregate in query.aggregates} for field in query.fields}
