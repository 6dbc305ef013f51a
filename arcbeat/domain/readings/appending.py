"""Which readings of a batch can be stored, decided before any store is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import jsonschema_rs

from arcbeat.domain.readings.columns import (
    Column,
    ColumnType,
    Value,
    ValueRejected,
    check_timestamp,
    check_value,
    plain_value_schema,
)
from arcbeat.domain.readings.readings import CLOCK_SKEW_MAX, Reading, Rejection

IndexedReading = tuple[int, Reading]
"""A reading and its place among those that were sent together."""

DEVICE_CODE = "device_code"
TIMESTAMP = "ts"
TABLES_MAX = 256
"""Super tables whose compiled judgement is kept."""


@dataclass(frozen=True, slots=True)
class ValidatedBatch:
    """A batch taken apart.

    Attributes:
        storable: with their places in the batch; values and timestamps as the columns keep them.
        rejections: the others, by place.
        has_unknown_fields: some reading names a field that no column is for.
    """

    storable: tuple[IndexedReading, ...]
    rejections: tuple[Rejection, ...]
    has_unknown_fields: bool


def validate(
    readings: Sequence[Reading], columns: Sequence[Column], now: datetime, *, ignore_unknown_fields: bool = False
) -> ValidatedBatch:
    """Part the readings that fit the columns from those that do not; fields without a column do not, or are ignored."""
    writable = {column.name: column for column in columns if _is_writable(column)}
    plain = _all_plain(readings, tuple(columns))
    has_unknown_fields = not plain and any(not reading.values.keys() <= writable.keys() for reading in readings)
    if has_unknown_fields and ignore_unknown_fields:
        readings = [_without_unknown_fields(reading, writable) for reading in readings]
        plain = _all_plain(readings, tuple(columns))
    code_column = next(
        (column for column in columns if column.name == DEVICE_CODE),
        Column(name=DEVICE_CODE, type=ColumnType.NCHAR, length=50, is_tag=True),
    )
    storable, rejections = [], []
    for index, reading in enumerate(readings):
        try:
            values = reading.values if plain else _fitting(reading, writable)
            storable.append((index, _keyed(reading, values, code_column, now)))
        except _Unfit as unfit:
            rejections.append(Rejection(index, unfit.reason, unfit.detail))
    return ValidatedBatch(tuple(storable), tuple(rejections), has_unknown_fields)


class _Unfit(Exception):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def _all_plain(readings: Sequence[Reading], columns: tuple[Column, ...]) -> bool:
    """Whether every value can be stored as it is, as nearly all are; judged at once, fifteen times as fast."""
    return all_valid(_plain_values(columns), [reading.values for reading in readings])


def all_valid(validator: jsonschema_rs.Draft4Validator, values: Sequence[Mapping[str, Value]]) -> bool:
    """Whether the values of all readings are; what cannot even be JSON is not, and has to be judged one by one."""
    try:
        return validator.is_valid(values)
    except ValueError:
        return False


@lru_cache(TABLES_MAX)
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


def _fitting(reading: Reading, writable: Mapping[str, Column]) -> Mapping[str, Value]:
    values: dict[str, Value] = {}
    for name, value in reading.values.items():
        if name not in writable:
            raise _Unfit("unknown-field", f"{name}: no such field")
        values[name] = _value(writable[name], value)
    return values


def _keyed(reading: Reading, values: Mapping[str, Value], code_column: Column, now: datetime) -> Reading:
    if not reading.device_code:
        raise _Unfit("bad-value", "device_code: empty")
    _value(code_column, reading.device_code)
    return Reading(reading.device_code, _timestamp(reading.ts, now), values)


def _timestamp(ts: datetime, now: datetime) -> datetime:
    try:
        ts = check_timestamp(ts)
    except ValueRejected as error:
        raise _Unfit("bad-value", f"ts: {error}") from error
    if ts > now + CLOCK_SKEW_MAX:
        raise _Unfit("future-timestamp", f"ts: more than {CLOCK_SKEW_MAX.seconds} seconds ahead of the server's clock")
    return ts


def _value(column: Column, value: Value) -> Value:
    try:
        return check_value(column, value)
    except ValueRejected as error:
        raise _Unfit("bad-value", f"{column.name}: {error}") from error
