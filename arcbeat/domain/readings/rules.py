"""Validates readings against the rules of the fields in the catalogue: minimum, maximum and maximum length."""

from collections.abc import Sequence
from functools import lru_cache

import jsonschema_rs

from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.readings.appending import VALIDATORS_MAX, IndexedReading, are_all_valid
from arcbeat.domain.readings.readings import Reading, Rejection
from arcbeat.domain.schema.columns import EXACT_INTEGER_MAX, Value, to_number


def split_by_rules(
    readings: Sequence[IndexedReading], fields: Sequence[Field]
) -> tuple[Sequence[IndexedReading], list[Rejection]]:
    """Return the readings that follow the rules of the fields, and the rejections of the others."""
    ruled = tuple(field for field in fields if field.has_rules)
    if not ruled or are_all_valid(_validator(ruled), [reading.values for _, reading in readings]):
        return readings, []
    valid, rejections = [], []
    for index, reading in readings:
        broken = _broken_rule(reading, ruled)
        if broken is None:
            valid.append((index, reading))
        else:
            rejections.append(Rejection(index, "bad-value", broken))
    return valid, rejections


@lru_cache(VALIDATORS_MAX)
def _validator(fields: tuple[Field, ...]) -> jsonschema_rs.Draft4Validator:
    """Return a validator of numbers and texts that follow the rules.

    It fails for other values that follow them, such as integers in text form; those are checked one by one.
    """
    values = {"type": "object", "properties": {field.name: _schema(field) for field in fields}}
    return jsonschema_rs.Draft4Validator({"type": "array", "items": values})


def _schema(field: Field) -> dict[str, object]:
    rules = {"minimum": _bound(field.minimum), "maximum": _bound(field.maximum), "maxLength": field.max_length}
    plain = "number" if field.max_length is None else "string"
    return {"type": [plain, "null"], **{name: bound for name, bound in rules.items() if bound is not None}}


def _bound(bound: float | None) -> float | None:
    """Return a bound without fraction as an int, which is compared faster; see EXACT_INTEGER_MAX."""
    is_integer = bound is not None and float(bound).is_integer() and abs(bound) <= EXACT_INTEGER_MAX
    return int(bound) if bound is not None and is_integer else bound


def _broken_rule(reading: Reading, fields: Sequence[Field]) -> str | None:
    """Return the first rule that a reading breaks; None if it follows them all."""
    for field in fields:
        if detail := _detail(field, reading.values.get(field.name)):
            return f"{field.name}: {detail}"
    return None


def _detail(field: Field, value: Value) -> str | None:
    number = to_number(value)
    if number is not None and field.minimum is not None and number < field.minimum:
        return f"less than {field.minimum:.15g}"
    if number is not None and field.maximum is not None and number > field.maximum:
        return f"more than {field.maximum:.15g}"
    if isinstance(value, str) and field.max_length is not None and len(value) > field.max_length:
        return f"longer than {field.max_length} characters"
    return None
