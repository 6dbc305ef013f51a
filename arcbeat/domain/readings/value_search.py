"""Pages of the readings in which a field has one value, across devices; they stay correct while readings arrive."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.readings.readings import Order, Reading, ValuePosition, ValueQuery
from arcbeat.domain.schema.columns import (
    INTEGER_RANGES,
    TIMESTAMP,
    Column,
    ColumnType,
    Value,
    ValueRejected,
    check_value,
)
from arcbeat.domain.time.time_ranges import TimeRange

RANGE_MAX = timedelta(days=31)
"""No store has an index on values: it examines all readings of the range."""

_BOOLEANS = {"true": True, "false": False}
_INTEGER = re.compile(r"-?[0-9]{1,20}\Z")
_TEXT_TYPES = {ColumnType.NCHAR, ColumnType.VARCHAR, ColumnType.VARBINARY}
_EXACT_TYPES = frozenset({*INTEGER_RANGES, *_TEXT_TYPES, ColumnType.BOOL, ColumnType.TIMESTAMP})
"""Stores round floating-point numbers before they compare them, each in its own way."""


@dataclass(frozen=True, slots=True)
class ValuePage:
    """Readings ordered by time, then by subtable.

    Attributes:
        end: where the page ended and the next one begins; None for the last page.
    """

    readings: Sequence[Reading]
    end: ValuePosition | None


def check_range(within: TimeRange) -> None:
    """Check the length of a range.

    Raises:
        InvalidValue: ``start`` is too early.
    """
    if within.end - within.start > RANGE_MAX:
        raise InvalidValue.of("start", f"more than {RANGE_MAX.days} days before the end; choose a shorter range")


def searched_column(columns: Sequence[Column], name: str) -> Column:
    """Return the column of the readings with this name.

    Raises:
        InvalidValue: ``field`` is not a column of the readings, or its values cannot be compared exactly.
    """
    readable = {column.name: column for column in columns if not column.is_tag and column.name != TIMESTAMP}
    if name not in readable:
        raise InvalidValue.of("field", f"no such field: {name}; the fields are {', '.join(readable)}")
    column = readable[name]
    if column.type not in _EXACT_TYPES:
        detail = (
            f"{name} is of type {column.type}; only fields of text, integers, booleans and timestamps can be searched"
        )
        raise InvalidValue.of("field", detail)
    return column


def parse_value(column: Column, text: str) -> Value:
    """Return the value that a text names, in the type of the column.

    Raises:
        InvalidValue: ``value`` is not a value of the column.
    """
    try:
        return check_value(column, _typed(column, text))
    except ValueRejected as error:
        raise InvalidValue.of("value", f"{error}; {column.name} is of type {column.type}") from error


def _typed(column: Column, text: str) -> Value:
    if column.type in INTEGER_RANGES:
        return int(text) if _INTEGER.match(text) else text
    if column.type is ColumnType.BOOL:
        return _BOOLEANS.get(text, text)
    return text.upper() if column.type is ColumnType.TIMESTAMP else text


def resumed(query: ValueQuery, position: ValuePosition | None) -> ValueQuery:
    """Return the query that reads the page after a position, and one row more, which tells whether there is a next."""
    if position is None:
        return replace(query, limit=query.limit + 1)
    limit = query.limit + position.delivered + 1
    if query.order is Order.ASCENDING:
        return replace(query, limit=limit, after=position, start=max(query.start, position.ts))
    end = min(query.end, position.ts + timedelta(microseconds=1))
    return replace(query, limit=limit, after=position, end=end)


def page_of(found: Sequence[Reading], limit: int, position: ValuePosition | None) -> ValuePage:
    """Return the page of at most ``limit`` readings among those that the resumed query found."""
    remaining = _without_delivered(found, position)
    readings = remaining[:limit]
    return ValuePage(readings, _position_after(readings, position) if len(remaining) > limit else None)


def _without_delivered(found: Sequence[Reading], position: ValuePosition | None) -> Sequence[Reading]:
    if position is None:
        return found
    again = sum((each.ts, each.subtable) == (position.ts, position.subtable) for each in found)
    return found[min(again, position.delivered) :]


def _position_after(readings: Sequence[Reading], before: ValuePosition | None) -> ValuePosition:
    last = readings[-1]
    delivered = sum((each.ts, each.subtable) == (last.ts, last.subtable) for each in readings)
    if before is not None and (before.ts, before.subtable) == (last.ts, last.subtable):
        delivered += before.delivered
    return ValuePosition(last.ts, last.subtable, delivered)
