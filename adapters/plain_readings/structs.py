"""The msgspec types of readings: what a column stores as it is, within the rules of its field.

A value that does not fit its type may still be valid; it is then validated by the domain. So each type must accept
no more than :mod:`arcbeat.domain.readings.appending` stores without conversion.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.schema.columns import (
    DEVICE_CODE,
    EXACT_INTEGER_MAX,
    INTEGER_RANGES,
    TIMESTAMP,
    Column,
    ColumnType,
)

DEVICE_CODE_CHARACTERS_MAX = 50
"""The limit in the contract."""
BYTES_PER_CHARACTER_MAX = 4
_UNLIMITED_CHARACTERS = 2**31 - 1
"""More than the characters of any body."""
_TEXTS = frozenset({ColumnType.VARCHAR, ColumnType.NCHAR})
_FLOATS = frozenset({ColumnType.FLOAT, ColumnType.DOUBLE})

AnyType = Any
"""A type that is made at run time, which no type checker sees."""


class NoPlainReadings(Exception):
    """The readings of a super table cannot be described by types of msgspec."""


def reading_type(columns: Sequence[Column], fields: Sequence[Field]) -> AnyType:
    """Return the struct of a reading, whose ``values`` have one attribute per column that may be written, in order.

    Raises:
        NoPlainReadings: a key beside ts, which each reading needs, a rule that does not fit the type of its column, or
            a name that JSON must escape.
    """
    rules = {field.name: field for field in fields if field.has_rules}
    attributes = [
        (f"f{number}", _value_type(column, rules.get(column.name)) | UnsetType, UNSET)
        for number, column in enumerate(writable(columns))
    ]
    names = {attribute[0]: column.name for attribute, column in zip(attributes, writable(columns), strict=True)}
    values = msgspec.defstruct("Values", attributes, rename=names.get, forbid_unknown_fields=True, gc=False)
    return msgspec.defstruct(
        "Reading",
        [("device_code", _device_code_type(columns)), ("ts", str | int), ("values", values)],
        forbid_unknown_fields=True,
        gc=False,
    )


def writable(columns: Sequence[Column]) -> list[Column]:
    """Return the columns that a reading may name.

    Raises:
        NoPlainReadings: one of them is a key, or has a name that JSON must escape.
    """
    found = [column for column in columns if not column.is_tag and column.name != TIMESTAMP]
    if any(column.is_key or not _is_unescaped(column.name) for column in found):
        raise NoPlainReadings
    return found


def _is_unescaped(name: str) -> bool:
    return name.isprintable() and '"' not in name and "\\" not in name


def _device_code_type(columns: Sequence[Column]) -> AnyType:
    column = next((each for each in columns if each.name == DEVICE_CODE), None)
    length = DEVICE_CODE_CHARACTERS_MAX if column is None else _characters_max(column, DEVICE_CODE_CHARACTERS_MAX)
    if length < 1:
        raise NoPlainReadings
    return Annotated[str, Meta(min_length=1, max_length=length)]


def _characters_max(column: Column, rule: int | None) -> int:
    """Return how many characters fit the column whatever they are, and the rule of its field."""
    bytes_per_character_max = BYTES_PER_CHARACTER_MAX if column.type is ColumnType.VARCHAR else 1
    limits = [] if column.length is None else [column.length // bytes_per_character_max]
    return min([*limits, *([] if rule is None else [rule])], default=_UNLIMITED_CHARACTERS)


def _value_type(column: Column, rule: Field | None) -> AnyType:
    if rule is not None and not _fits(rule, column):
        raise NoPlainReadings
    if column.type in _TEXTS:
        return Annotated[str, Meta(max_length=_characters_max(column, rule.max_length if rule else None))] | None
    if column.type in _FLOATS:
        return _float_type(*_bounds(rule, -EXACT_INTEGER_MAX, EXACT_INTEGER_MAX))
    if column.type is ColumnType.BOOL:
        return bool | None
    if column.type in INTEGER_RANGES and column.type is not ColumnType.BIGINT_UNSIGNED:
        return _integer_type(*_bounds(rule, *INTEGER_RANGES[column.type]))
    return type(None)


def _fits(rule: Field, column: Column) -> bool:
    """Return whether the rule is one of numbers for a number, or one of texts for a text."""
    if column.type in _TEXTS:
        return rule.minimum is None and rule.maximum is None
    return rule.max_length is None and (column.type in _FLOATS or column.type in INTEGER_RANGES)


def _bounds(rule: Field | None, lowest: int, highest: int) -> tuple[float, float]:
    """Return the bounds of a column, narrowed by the rule of its field."""
    minimum = rule.minimum if rule and rule.minimum is not None else lowest
    maximum = rule.maximum if rule and rule.maximum is not None else highest
    return max(minimum, lowest), min(maximum, highest)


def _integer_type(lowest: float, highest: float) -> AnyType:
    """Return the type of whole numbers within bounds, or null."""
    if lowest > highest or math.ceil(lowest) > math.floor(highest):
        return type(None)
    return Annotated[int, Meta(ge=math.ceil(lowest), le=math.floor(highest))] | None


def _float_type(lowest: float, highest: float) -> AnyType:
    """Return the type of numbers within bounds, or null.

    A number without a fraction becomes an int, as it does when readings are validated one by one.
    """
    if lowest > highest:
        return type(None)
    return Annotated[float, Meta(ge=float(lowest), le=float(highest))] | _integer_type(lowest, highest)
