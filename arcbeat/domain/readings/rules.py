"""What the dictionary lets a reading say of a field, besides what the column can hold."""

from collections.abc import Sequence
from functools import lru_cache

import jsonschema_rs

from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.readings.appending import TABLES_MAX, IndexedReading, all_valid
from arcbeat.domain.readings.columns import EXACT_INTEGER_MAX, Value, to_number
from arcbeat.domain.readings.readings import Reading, Rejection


def split_by_rules(
    placed: Sequence[IndexedReading], fields: Sequence[Field]
) -> tuple[Sequence[IndexedReading], list[Rejection]]:
    """Part the readings that keep the rules of the fields from those that do not."""
    ruled = tuple(field for field in fields if field.has_rules)
    if not ruled or all_valid(_plain_values(ruled), [reading.values for _, reading in placed]):
        return placed, []
    fitting, rejections = [], []
    for place, reading in placed:
        broken = _broken(reading, ruled)
        if broken is None:
            fitting.append((place, reading))
        else:
            rejections.append(Rejection(place, "bad-value", broken))
    return fitting, rejections


@lru_cache(TABLES_MAX)
def _plain_values(fields: tuple[Field, ...]) -> jsonschema_rs.Draft4Validator:
    """Numbers and texts that keep the rules; what else there is, digits as text for one, is judged one by one."""
    values = {"type": "object", "properties": {field.name: _schema(field) for field in fields}}
    return jsonschema_rs.Draft4Validator({"type": "array", "items": values})


def _schema(field: Field) -> dict[str, object]:
    rules = {"minimum": _bound(field.minimum), "maximum": _bound(field.maximum), "maxLength": field.max_length}
    plain = "number" if field.max_length is None else "string"
    return {"type": [plain, "null"], **{name: bound for name, bound in rules.items() if bound is not None}}


def _bound(bound: float | None) -> float | None:
    """A whole one where it is whole."""
    return int(bound) if bound is not None and float(bound).is_integer() and abs(bound) <= EXACT_INTEGER_MAX else bound


def _broken(reading: Reading, fields: Sequence[Field]) -> str | None:
    """What of a reading breaks which rule."""
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
