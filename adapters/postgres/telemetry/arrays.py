"""Encodes values as arrays of PostgreSQL, one array per column, which the server reads faster than any other form.

Text is sent in the text format of arrays, which one join of the strings creates; other values in the binary format
(https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/arrayfuncs.c, array_recv).
"""

import struct
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias

import psycopg

from adapters.postgres.binary_arrays import BinaryArray
from arcbeat.domain.schema.columns import Column, ColumnType, Value

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The zero of PostgreSQL's timestamps, which count microseconds."""
MICROSECOND = timedelta(microseconds=1)

_DIMENSIONS = 1
_MAY_HAVE_NULLS = 1
_LOWER_BOUND = 1
_HEADER = struct.Struct("!iiIii")
"""Number of dimensions, whether there are nulls, type of the elements, number of elements, lower bound."""
_SIZE = struct.Struct("!i")
_NULL = _SIZE.pack(-1)
_UNITS: Mapping[int, Literal["B", "H", "I"]] = {1: "B", 2: "H", 4: "I"}
"""The formats of integers, by size in bytes."""


Array: TypeAlias = BinaryArray | str


@dataclass(frozen=True, slots=True)
class _Element:
    """A type of fixed size: its name in PostgreSQL, and the letter of its format in ``array`` and in ``struct``."""

    name: str
    format: str


_BOOL = _Element("bool", "b")
_INT2, _INT4, _INT8 = _Element("int2", "h"), _Element("int4", "i"), _Element("int8", "q")
_FLOAT4, _FLOAT8 = _Element("float4", "f"), _Element("float8", "d")
_TIMESTAMPTZ = _Element("timestamptz", "q")
_ELEMENTS = {
    ColumnType.BOOL: _BOOL,
    ColumnType.TINYINT: _INT2,
    ColumnType.SMALLINT: _INT2,
    ColumnType.INT: _INT4,
    ColumnType.BIGINT: _INT8,
    ColumnType.TINYINT_UNSIGNED: _INT2,
    ColumnType.SMALLINT_UNSIGNED: _INT4,
    ColumnType.INT_UNSIGNED: _INT8,
    ColumnType.FLOAT: _FLOAT4,
    ColumnType.DOUBLE: _FLOAT8,
}
"""The elements of the binary arrays, by the type of the column; see postgres_type."""


def encode_column(column: Column, values: Sequence[Any]) -> Array:
    """Return the validated values of one column, at least one, as an array of its element type."""
    match column.type:
        case ColumnType.TIMESTAMP:
            return timestamps([None if value is None else microseconds(value) for value in values])
        case ColumnType.VARBINARY:
            return texts([None if value is None else f"\\x{value}" for value in values])
        case ColumnType.BIGINT_UNSIGNED:
            return texts([None if value is None else str(value) for value in values])
        case ColumnType.VARCHAR | ColumnType.NCHAR:
            return texts(values)
        case _:
            return _fixed(_ELEMENTS[column.type], values)


def encode_columns(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> list[Array]:
    """Return rows of values, in the order of the columns, as one array per column."""
    return [encode_column(column, values) for column, values in zip(columns, zip(*rows, strict=True), strict=False)]


def microseconds(moment: datetime) -> int:
    """Return a timestamp as PostgreSQL stores it."""
    return (moment - EPOCH) // MICROSECOND


def timestamps(values: Sequence[int | None]) -> BinaryArray:
    """Return timestamps, given in microseconds, as an array."""
    return _fixed(_TIMESTAMPTZ, values)


def _fixed(element: _Element, values: Sequence[Any]) -> BinaryArray:
    oid = psycopg.adapters.types[element.name].oid
    header = _HEADER.pack(_DIMENSIONS, _MAY_HAVE_NULLS, oid, len(values), _LOWER_BOUND)
    try:
        numbers = array(element.format, values)
    except TypeError:  # there are nulls
        return BinaryArray(header + _elements_or_nulls(element.format, values))
    return BinaryArray(header + _elements(numbers))


def _elements(values: "array[Any]") -> bytearray:
    """Return each value after its size, all in network byte order.

    Sizes and values are copied in units that both are multiples of, one step through all values per unit.
    """
    if sys.byteorder == "little":
        values.byteswap()
    size, unit = values.itemsize, min(values.itemsize, _SIZE.size)
    elements = bytearray((_SIZE.pack(size) + bytes(size)) * len(values))
    source, target = (memoryview(each).cast("B").cast(_UNITS[unit]) for each in (values, elements))
    units, before = size // unit, _SIZE.size // unit
    for index in range(units):
        target[before + index :: before + units] = source[index::units]
    return elements


def _elements_or_nulls(letter: str, values: Sequence[Any]) -> bytes:
    element = struct.Struct(f"!i{letter}")
    size = element.size - _SIZE.size
    return b"".join([_NULL if value is None else element.pack(size, value) for value in values])


def texts(values: Sequence[str | None]) -> str:
    """Return texts as an array; an element in quotation marks needs an escape only for them and for backslashes."""
    if not values:
        return "{}"
    try:
        joined = '","'.join(values)  # type: ignore[arg-type]
    except TypeError:  # there are nulls
        return "{" + ",".join("null" if value is None else f'"{_escaped(value)}"' for value in values) + "}"
    if "\\" in joined or joined.count('"') != 2 * (len(values) - 1):
        joined = '","'.join(map(_escaped, values))  # type: ignore[arg-type]
    return f'{{"{joined}"}}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
