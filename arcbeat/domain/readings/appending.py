"""Validates readings against the columns of a super table, before they are sent to a store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import jsonschema_rs

from arcbeat.domain.readings.readings import CLOCK_SKEW_MAX, Reading, Rejection
from arcbeat.domain.schema.columns import (
    DEVICE_CODE,
    TIMESTAMP,
    Column,
    ColumnType,
    Value,
    ValueRejected,
    check_timestamp,
    check_value,
    plain_value_schema,
)

IndexedReading = tuple[int, Reading]
"""A reading and its index in the batch."""

VALIDATORS_MAX = 256
"""The size limit of the cache of compiled validators, which has one per super table."""


@dataclass(frozen=True, slots=True)
class ValidatedBatch:
    """The result of validating a batch.

    Attributes:
        storable: the valid readings with their indexes; values and timestamps in the form that the columns store.
        rejections: the other readings, ordered by index.
        has_unknown_fields: whether a reading has a field without a column.
    """

    storable: tuple[IndexedReading, ...]
    rejections: tuple[Rejection, ...]
    has_unknown_fields: bool


def validate(
    readings: Sequence[Reading], columns: Sequence[Column], now: datetime, *, ignore_unknown_fields: bool = False
) -> ValidatedBatch:
    """Validate each reading of a batch; a field without a column is dropped, or rejects its reading.

    Nearly all values can be stored as they are. A compiled schema checks this for the whole batch at once, fifteen
    times as fast as value by value. Only if the check fails is each value checked, and converted if necessary.
    """
    writable = {column.name: column for column in columns if _is_writable(column)}
    plain = _are_all_plain(readings, tuple(columns))
    has_unknown_fields = not plain and any(not reading.values.keys() <= writable.keys() for reading in readings)
    if has_unknown_fields and ignore_unknown_fields:
        readings = [_without_unknown_fields(reading, writable) for reading in readings]
        plain = _are_all_plain(readings, tuple(columns))
    code_column = next(
        (column for column in columns if column.name == DEVICE_CODE),
        Column(name=DEVICE_CODE, type=ColumnType.NCHAR, length=50, is_tag=True),
    )
    keys = [column.name for column in writable.values() if column.is_key]
    storable, rejections = [], []
    for index, reading in enumerate(readings):
        try:
            values = reading.values if plain else _converted(reading, writable)
            _check_keys(values, keys)
            storable.append((index, _storable(reading, values, code_column, now)))
        except _InvalidReading as invalid:
            rejections.append(Rejection(index, invalid.reason, invalid.detail))
    return ValidatedBatch(tuple(storable), tuple(rejections), has_unknown_fields)


class _InvalidReading(Exception):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def _are_all_plain(readings: Sequence[Reading], columns: tuple[Column, ...]) -> bool:
    """Return whether every value of every reading can be stored as it is."""
    return are_all_valid(_plain_values(columns), [reading.values for reading in readings])


def are_all_valid(validator: jsonschema_rs.Draft4Validator, values: Sequence[Mapping[str, Value]]) -> bool:
    """Return whether the values of all readings fit the schema; False for values that a schema cannot describe."""
    try:
        return validator.is_valid(values)
    except ValueError:
        return False


@lru_cache(VALIDATORS_MAX)
def _plain_values(columns: tuple[Column, ...]) -> jsonschema_rs.Draft4Validator:
    properties = {column.name: plain_value_schema(column) for column in columns if _is_writable(column)}
    values = {"type": "object", "additionalProperties": False, "properties": properties}
    return jsonschema_rs.Draft4Validator({"type": "array", "items": values})


def _is_writable(column: Column) -> bool:
    return not column.is_tag and column.name != TIMESTAMP


def _without_unknown_fields(reading: Reading, writable: Mapping[str, Column]) -> Reading:
    if reading.values.keys() <= writable.keys():
        return reading
    known = {name: value for name, value in reading.values.items() if name in writable}
    return Reading(reading.device_code, reading.ts, known)


def _converted(reading: Reading, writable: Mapping[str, Column]) -> Mapping[str, Value]:
    values: dict[str, Value] = {}
    for name, value in reading.values.items():
        if name not in writable:
            raise _InvalidReading("unknown-field", f"{name}: no such field")
        values[name] = _value(writable[name], value)
    return values


def _check_keys(values: Mapping[str, Value], keys: Sequence[str]) -> None:
    for name in keys:
        if values.get(name) is None:
            raise _InvalidReading("bad-value", f"{name}: missing; it is part of the primary key of the super table")


def _storable(reading: Reading, values: Mapping[str, Value], code_column: Column, now: datetime) -> Reading:
    if not reading.device_code:
        raise _InvalidReading("bad-value", "device_code: empty")
    _value(code_column, reading.device_code)
    return Reading(reading.device_code, _timestamp(reading.ts, now), values)


def _timestamp(ts: datetime, now: datetime) -> datetime:
    try:
        ts = check_timestamp(ts)
    except ValueRejected as error:
        raise _InvalidReading("bad-value", f"ts: {error}") from error
    if ts > now + CLOCK_SKEW_MAX:
        detail = f"ts: more than {CLOCK_SKEW_MAX.seconds} seconds ahead of the server's clock"
        raise _InvalidReading("future-timestamp", detail)
    return ts


def _value(column: Column, value: Value) -> Value:
    try:
        return check_value(column, value)
    except ValueRejected as error:
        raise _InvalidReading("bad-value", f"{column.name}: {error}") from error
