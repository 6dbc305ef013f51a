"""Columns of super tables kept in PostgreSQL: how each type is stored, remembered, written and read back."""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from psycopg import adapters, sql

from arcbeat.domain.errors import StoreBadValue
from arcbeat.domain.schema.columns import Column, ColumnType, Value

_STORED_AS: Mapping[ColumnType, sql.SQL] = {
    ColumnType.TIMESTAMP: sql.SQL("timestamptz"),
    ColumnType.BOOL: sql.SQL("boolean"),
    ColumnType.TINYINT: sql.SQL("smallint"),
    ColumnType.SMALLINT: sql.SQL("smallint"),
    ColumnType.INT: sql.SQL("integer"),
    ColumnType.BIGINT: sql.SQL("bigint"),
    ColumnType.TINYINT_UNSIGNED: sql.SQL("smallint"),
    ColumnType.SMALLINT_UNSIGNED: sql.SQL("integer"),
    ColumnType.INT_UNSIGNED: sql.SQL("bigint"),
    ColumnType.BIGINT_UNSIGNED: sql.SQL("numeric(20)"),
    ColumnType.FLOAT: sql.SQL("real"),
    ColumnType.DOUBLE: sql.SQL("double precision"),
    ColumnType.VARCHAR: sql.SQL("varchar"),
    ColumnType.NCHAR: sql.SQL("varchar"),
    ColumnType.VARBINARY: sql.SQL("bytea"),
}
_TEXTS = (ColumnType.VARCHAR, ColumnType.NCHAR)

_READ_AS: Mapping[str, ColumnType] = {
    "timestamp with time zone": ColumnType.TIMESTAMP,
    "boolean": ColumnType.BOOL,
    "smallint": ColumnType.SMALLINT,
    "integer": ColumnType.INT,
    "bigint": ColumnType.BIGINT,
    "real": ColumnType.FLOAT,
    "double precision": ColumnType.DOUBLE,
    "numeric": ColumnType.DOUBLE,
    "text": ColumnType.NCHAR,
    "character varying": ColumnType.NCHAR,
    "character": ColumnType.NCHAR,
    "bytea": ColumnType.VARBINARY,
}
"""What a column is taken for that was not made here."""

ENCODED = frozenset({ColumnType.VARBINARY, ColumnType.FLOAT})
"""Types of which some values do not stand in JSON as they are."""
SINGLE_NORMAL_MIN = 1.1754943508222875e-38

_NOTE = re.compile(r"^arcbeat: (?P<type>[a-z ]+?)(?:\((?P<length>\d+)\))?$")


def stored_as(column: Column) -> sql.Composable:
    """The PostgreSQL type of a column.

    Text compares by code point, as Python and TDengine do, whatever the database's own collation.

    Raises:
        StoreBadValue: columns of this type cannot be made.
    """
    stored = array_element(column)
    if column.type not in _TEXTS:
        return stored
    length = sql.SQL("({})").format(sql.Literal(column.length)) if column.length else sql.SQL("")
    return sql.SQL('{}{} collate "C"').format(stored, length)


def array_element(column: Column) -> sql.SQL:
    """The type to send a column's values in: without a length, for a cast to one cuts what is too long.

    Raises:
        StoreBadValue: columns of this type cannot be written.
    """
    try:
        return _STORED_AS[column.type]
    except KeyError:
        raise StoreBadValue(f"columns of type {column.type} cannot be stored") from None


def type_comment(column: Column) -> str:
    """The comment by which the exact type of a column is remembered."""
    length = f"({column.length})" if column.length is not None else ""
    return f"arcbeat: {column.type}{length}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueColumn:
    """A column as PostgreSQL's catalogue has it.

    Attributes:
        length: of a text type; of others it means nothing.
        comment: holds our note if the column was made here.
    """

    name: str
    type: str
    length: int | None
    comment: str | None

    @property
    def is_noted(self) -> bool:
        return _NOTE.match(self.comment or "") is not None

    def to_column(self, *, is_tag: bool) -> Column:
        if note := _NOTE.match(self.comment or ""):
            length = int(note["length"]) if note["length"] else None
            return Column(name=self.name, type=ColumnType(note["type"]), length=length, is_tag=is_tag)
        column_type = _READ_AS.get(self.type, ColumnType.OTHER)
        length = self.length if column_type is ColumnType.NCHAR else None
        return Column(name=self.name, type=column_type, length=length, is_tag=is_tag)


def encode(column: Column, value: Value) -> Value:
    """A checked value as it stands in JSON for PostgreSQL."""
    if column.type is ColumnType.VARBINARY and isinstance(value, str):
        return f"\\x{value}"
    if column.type is ColumnType.FLOAT and isinstance(value, float) and abs(value) < SINGLE_NORMAL_MIN:
        # PostgreSQL refuses a number that becomes 0 in single precision, TDengine stores 0.
        return cast("float", struct.unpack("<f", struct.pack("<f", value))[0])
    return value


PLAIN_OIDS = frozenset(
    adapters.types[name].oid
    for name in ("bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar", "bpchar")
)
"""The types whose values psycopg reads as they are wanted."""
_PLAIN = frozenset({type(None), bool, int, float, str})


def decode(value: Any) -> Value:
    """A value as psycopg read it, in the product's own types."""
    if type(value) in _PLAIN:  # nearly all are, and there are sixteen of them in a row
        return cast("Value", value)
    match value:
        case datetime(tzinfo=zone) if zone is not None:
            return value.astimezone(UTC)
        case bytes():
            return value.hex()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            return str(value)
