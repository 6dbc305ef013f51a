"""How each column type is stored in PostgreSQL, remembered in a column comment, written and read back."""

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

_POSTGRES_TYPES: Mapping[ColumnType, sql.SQL] = {
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
_TEXT_TYPES = (ColumnType.VARCHAR, ColumnType.NCHAR)

_TYPES_WITHOUT_COMMENT: Mapping[str, ColumnType] = {
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
"""The type of a column that another program created, by its PostgreSQL type."""

SINGLE_NORMAL_MIN = 1.1754943508222875e-38
"""The smallest normal number in single precision."""

_TYPE_COMMENT = re.compile(r"^arcbeat: (?P<type>[a-z ]+?)(?:\((?P<length>\d+)\))?$")


def postgres_type(column: Column) -> sql.Composable:
    """Return the PostgreSQL type of a column.

    Text is compared by code point (collate "C"), as in Python and TDengine, whatever the collation of the database.

    Raises:
        StoreBadValue: columns of this type cannot be created.
    """
    base_type = array_element(column)
    if column.type not in _TEXT_TYPES:
        return base_type
    length = sql.SQL("({})").format(sql.Literal(column.length)) if column.length else sql.SQL("")
    return sql.SQL('{}{} collate "C"').format(base_type, length)


def array_element(column: Column) -> sql.SQL:
    """Return the type to send values of a column in; without a length, as a cast would silently cut longer text.

    Raises:
        StoreBadValue: columns of this type cannot be written.
    """
    try:
        return _POSTGRES_TYPES[column.type]
    except KeyError:
        raise StoreBadValue(f"columns of type {column.type} cannot be stored in PostgreSQL") from None


def type_comment(column: Column) -> str:
    """Return the column comment that records the exact type of a column."""
    length = f"({column.length})" if column.length is not None else ""
    return f"arcbeat: {column.type}{length}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueColumn:
    """A column as described by PostgreSQL's system catalogue.

    Attributes:
        type: the PostgreSQL type.
        length: the length of a text type; meaningless for other types.
        comment: records the exact type if this adapter created the column, see :func:`type_comment`.
    """

    name: str
    type: str
    length: int | None
    comment: str | None

    @property
    def has_type_comment(self) -> bool:
        """Return whether this adapter created the column."""
        return _TYPE_COMMENT.match(self.comment or "") is not None

    def to_column(self, *, is_tag: bool) -> Column:
        if match := _TYPE_COMMENT.match(self.comment or ""):
            length = int(match["length"]) if match["length"] else None
            return Column(name=self.name, type=ColumnType(match["type"]), length=length, is_tag=is_tag)
        column_type = _TYPES_WITHOUT_COMMENT.get(self.type, ColumnType.OTHER)
        length = self.length if column_type is ColumnType.NCHAR else None
        return Column(name=self.name, type=column_type, length=length, is_tag=is_tag)


def encode(column: Column, value: Value) -> Value:
    """Return a validated value as a parameter of a statement."""
    if column.type is ColumnType.VARBINARY and isinstance(value, str):
        return f"\\x{value}"
    if column.type is ColumnType.FLOAT and isinstance(value, float) and abs(value) < SINGLE_NORMAL_MIN:
        # PostgreSQL rejects a number that underflows in single precision; TDengine stores the rounded number or 0.
        return cast("float", struct.unpack("<f", struct.pack("<f", value))[0])
    return value


PLAIN_OIDS = frozenset(
    adapters.types[name].oid
    for name in ("bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar", "bpchar")
)
"""Types whose values psycopg returns as the port expects them."""
_PLAIN_TYPES = frozenset({type(None), bool, int, float, str})


def decode(value: Any) -> Value:
    """Convert a value as read by psycopg to a value of the port."""
    if type(value) in _PLAIN_TYPES:  # most values are, so this is checked first
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
