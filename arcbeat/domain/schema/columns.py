"""Columns of super tables: their types, and the values that they can store.

Types and limits: TDengine 3 data types (https://docs.tdengine.com/reference/taos-sql/data-type/).
"""

import math
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

DEVICE_CODE = "device_code"
"""The tag with the code of a subtable's device."""
TIMESTAMP = "ts"
"""The column with the moment of a reading."""

_DIGITS = re.compile(r"-?[0-9]{1,20}\Z")

Value = None | bool | int | float | str | datetime


class ColumnType(StrEnum):
    """The type of a column: TDengine's name in lower case."""

    TIMESTAMP = "timestamp"
    BOOL = "bool"
    TINYINT = "tinyint"
    SMALLINT = "smallint"
    INT = "int"
    BIGINT = "bigint"
    TINYINT_UNSIGNED = "tinyint unsigned"
    SMALLINT_UNSIGNED = "smallint unsigned"
    INT_UNSIGNED = "int unsigned"
    BIGINT_UNSIGNED = "bigint unsigned"
    FLOAT = "float"
    DOUBLE = "double"
    VARCHAR = "varchar"
    NCHAR = "nchar"
    VARBINARY = "varbinary"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a super table.

    Attributes:
        length: maximum length, in characters for nchar and in bytes for varchar and varbinary; None for other types.
        is_tag: whether the value belongs to the subtable instead of to each reading.
        is_key: whether readings of one device with the same ts may differ in it: the second column of a composite
            primary key.
    """

    name: str
    type: ColumnType
    length: int | None = None
    is_tag: bool = False
    is_key: bool = False


class ValueRejected(ValueError):
    """A column cannot store a value; the message is the reason."""


# TDengine's documentation reserves the lowest signed value of each width for NULL, but 3.x stores it; see the recorded
# exchange insert-cutting.
INTEGER_RANGES = {
    ColumnType.TINYINT: (-(2**7), 2**7 - 1),
    ColumnType.SMALLINT: (-(2**15), 2**15 - 1),
    ColumnType.INT: (-(2**31), 2**31 - 1),
    ColumnType.BIGINT: (-(2**63), 2**63 - 1),
    ColumnType.TINYINT_UNSIGNED: (0, 2**8 - 1),
    ColumnType.SMALLINT_UNSIGNED: (0, 2**16 - 1),
    ColumnType.INT_UNSIGNED: (0, 2**32 - 1),
    ColumnType.BIGINT_UNSIGNED: (0, 2**64 - 1),
}


ENCODED_AS_DIGITS = frozenset({ColumnType.BIGINT, ColumnType.BIGINT_UNSIGNED})
"""Types whose values are encoded as text, as in ProtoJSON (https://protobuf.dev/programming-guides/json/), because
JavaScript reads the number 9007199254740993 as 9007199254740992."""


def encodable_value(column_type: ColumnType, value: Value) -> Value:
    """Return a value in the form in which it is encoded: 64-bit integers as text, others as they are."""
    return str(value) if column_type in ENCODED_AS_DIGITS and value is not None else value


def to_number(value: Value) -> int | float | None:
    """Return a number, or the integer that a text of digits stands for; None for other values."""
    if isinstance(value, str) and _DIGITS.match(value):
        return int(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


EXACT_INTEGER_MAX = 2**53
"""The largest integer up to which a double represents every integer exactly.

Schemas use integer bounds, because jsonschema-rs compares with them ten times as fast as with floats.
"""


def plain_value_schema(column: Column) -> dict[str, object]:
    """Return a schema of the values that the column stores without conversion.

    It checks thousands of values at once. A value that it rejects may still be valid: :func:`check_value` decides.
    """
    if column.type in INTEGER_RANGES:
        lowest, highest = INTEGER_RANGES[column.type]
        return {"type": ["integer", "null"], "minimum": lowest, "maximum": highest}
    match column.type:
        case ColumnType.BOOL:
            return {"type": ["boolean", "null"]}
        case ColumnType.FLOAT | ColumnType.DOUBLE:
            return {"type": ["number", "null"], "minimum": -EXACT_INTEGER_MAX, "maximum": EXACT_INTEGER_MAX}
        case ColumnType.VARCHAR | ColumnType.NCHAR:
            return {"type": ["string", "null"], "pattern": "^[^\\x00]*$", **_max_length(column)}
        case _:
            return {"type": "null"}


def _max_length(column: Column) -> dict[str, object]:
    """Return the length in characters, which schemas count, that fits the column whatever the characters are."""
    if column.length is None:
        return {}
    bytes_per_character_max = 4 if column.type is ColumnType.VARCHAR else 1
    return {"maxLength": column.length // bytes_per_character_max}


def check_value(column: Column, value: object) -> Value:
    """Return the value in the form that the column stores.

    Timestamps may be aware datetimes or RFC 3339 text, varbinary is hexadecimal text, and 64-bit integers may also be
    text of digits.

    Raises:
        ValueRejected: the column cannot store the value.
    """
    if value is None:
        return None
    if column.type in INTEGER_RANGES:
        return _check_integer(column.type, value)
    match column.type:
        case ColumnType.BOOL:
            return _check_bool(value)
        case ColumnType.FLOAT | ColumnType.DOUBLE:
            return _check_float(column.type, value)
        case ColumnType.TIMESTAMP:
            return check_timestamp(value)
        case ColumnType.VARCHAR | ColumnType.NCHAR | ColumnType.VARBINARY:
            return _check_text(column, value)
        case _:
            raise ValueRejected(f"columns of type {column.type} cannot be written")


NOT_A_TIMESTAMP = "not a date-time with an offset, for example 2026-03-02T08:00:00+08:00"


def check_timestamp(value: object) -> datetime:
    """Return an aware datetime, or RFC 3339 text, as a datetime in UTC.

    Raises:
        ValueRejected: the value is not a timestamp, has no offset, or is out of range.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueRejected(NOT_A_TIMESTAMP) from error
    if not isinstance(value, datetime):
        raise ValueRejected(NOT_A_TIMESTAMP)
    if value.tzinfo is None:
        raise ValueRejected("the timestamp has no offset; add one, for example 2026-03-02T08:00:00+08:00")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueRejected("the timestamp is out of range") from error


def _check_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueRejected("not a boolean")
    return value


def _check_integer(column_type: ColumnType, value: object) -> int:
    lowest, highest = INTEGER_RANGES[column_type]
    if column_type in ENCODED_AS_DIGITS and isinstance(value, str) and _DIGITS.match(value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueRejected("not an integer")
    if not lowest <= value <= highest:
        raise ValueRejected(f"not between {lowest} and {highest}")
    return value


def _check_float(column_type: ColumnType, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueRejected("not a number")
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueRejected("out of range") from error
    if not math.isfinite(number) or (column_type is ColumnType.FLOAT and not _fits_single(number)):
        raise ValueRejected("out of range")
    return number


def _fits_single(number: float) -> bool:
    try:
        # Rounds to single precision first: the largest single, parsed from text as a double, may be slightly larger.
        struct.pack("<f", number)
    except OverflowError:
        return False
    return True


def _check_text(column: Column, value: object) -> str:
    if not isinstance(value, str):
        raise ValueRejected("not a string")
    if column.type is ColumnType.VARBINARY:
        return _check_hexadecimal(column, value)
    if "\x00" in value:
        raise ValueRejected("contains a null character")
    try:
        encoded = value.encode()
    except UnicodeEncodeError as error:
        raise ValueRejected("contains a lone surrogate") from error
    length = len(value) if column.type is ColumnType.NCHAR else len(encoded)
    if column.length is not None and length > column.length:
        unit = "characters" if column.type is ColumnType.NCHAR else "bytes"
        raise ValueRejected(f"longer than {column.length} {unit}")
    return value


def _check_hexadecimal(column: Column, value: str) -> str:
    try:
        length = len(bytes.fromhex(value))
    except ValueError as error:
        raise ValueRejected("not hexadecimal text") from error
    if column.length is not None and length > column.length:
        raise ValueRejected(f"longer than {column.length} bytes")
    return value
