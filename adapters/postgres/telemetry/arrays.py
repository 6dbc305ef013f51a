"""Encodes values as arrays of PostgreSQL, one array per column, which the server reads faster than any other form.

Text is sent in the text format of arrays, which one join of the strings creates; other values in the binary format
(https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/arrayfuncs.c, array_recv).
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias, cast

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

from arcbeat.domain.schema.columns import Column, ColumnType, Value

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The zero of PostgreSQL's timestamps, which count microseconds."""
_MICROSECOND = timedelta(microseconds=1)

_DIMENSIONS = 1
_MAY_HAVE_NULLS = 1
_LOWER_BOUND = 1
_HEADER = struct.Struct("!iiIii")
"""Number of dimensions, whether there are nulls, type of the elements, number of elements, lower bound."""
_NULL = b"\xff\xff\xff\xff"


class BinaryArray(bytes):
    """An array in PostgreSQL's binary format."""

    __slots__ = ()


class _BinaryArrayDumper(Dumper):
    """Sends the bytes as they are; the cast in the statement determines the type."""

    format = Format.BINARY

    def dump(self, obj: Any) -> Buffer:
        return cast("BinaryArray", obj)


psycopg.adapters.register_dumper(BinaryArray, _BinaryArrayDumper)

Array: TypeAlias = BinaryArray | str


@dataclass(frozen=True, slots=True)
class _Element:
    """A type of fixed size: its name in PostgreSQL, and its format in ``struct``."""

    name: str
    format: str


_BOOL = _Element("bool", "?")
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
    return (moment - EPOCH) // _MICROSECOND


def timestamps(values: Sequence[int | None]) -> BinaryArray:
    """Return timestamps, given in microseconds, as an array."""
    return _fixed(_TIMESTAMPTZ, values)


def _fixed(element: _Element, values: Sequence[Any]) -> BinaryArray:
    size, pack, oid = _packing(element)
    elements = [_NULL if value is None else pack(size, value) for value in values]
    header = _HEADER.pack(_DIMENSIONS, _MAY_HAVE_NULLS, oid, len(elements), _LOWER_BOUND)
    return BinaryArray(b"".join((header, *elements)))


@lru_cache(len(_ELEMENTS))
def _packing(element: _Element) -> tuple[int, Any, int]:
    """Return the size of an element, the function that packs its size and value, and the number of its type."""
    packed = struct.Struct(f"!i{element.format}")
    return packed.size - struct.calcsize("!i"), packed.pack, psycopg.adapters.types[element.name].oid


def texts(values: Sequence[str | None]) -> str:
    """Return texts as an array; an element in quotation marks needs an escape only for them and for backslashes."""
    try:
        joined = '","'.join(values)  # type: ignore[arg-type]
    except TypeError:  # there are nulls
        return "{" + ",".join("null" if value is None else f'"{_escaped(value)}"' for value in values) + "}"
    if "\\" in joined or joined.count('"') != 2 * (len(values) - 1):
        joined = '","'.join(map(_escaped, values))  # type: ignore[arg-type]
    return f'{{"{joined}"}}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
