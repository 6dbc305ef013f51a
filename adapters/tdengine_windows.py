"""Windows: what TDengine aggregates, as the domain has it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from adapters.tdengine_literals import clamp, whole_milliseconds
from adapters.tdengine_rows import Result, Row
from adapters.window_filling import fill_windows
from arcbeat.domain.columns import Value
from arcbeat.domain.errors import StoreProtocolError
from arcbeat.domain.readings import Aggregate, Window, WindowQuery


def sayable(query: WindowQuery) -> WindowQuery:
    """The query as TDengine can be asked it: intervals are in milliseconds, the ends of time are nearer."""
    return replace(query, start=clamp(query.start), end=clamp(query.end), origin=whole_milliseconds(query.origin))


def to_windows(results: Iterable[Result], query: WindowQuery) -> list[Window]:
    """By device code, then by time, with the gaps filled as the query says.

    The gaps are not left to TDengine, because FILL(PREV) also overwrites what is null in windows that have readings.
    """
    found = [_to_window(row, query) for result in results for row in result.rows]
    return fill_windows(sorted(found, key=lambda window: (window.device_code, window.start)), query)


def _to_window(row: Row, query: WindowQuery) -> Window:
    """From start, device code, number of readings, then each field by each aggregate."""
    start, device_code, _, *values = row
    if not isinstance(start, datetime):
        raise StoreProtocolError("A window has no start.")
    return Window(str(device_code), start, _by_field(query, iter(values)))


def _by_field(query: WindowQuery, values: Iterator[Value]) -> Mapping[str, Mapping[Aggregate, Value]]:
    return {field: {aggregate: next(values) for aggregate in query.aggregates} for field in query.fields}
