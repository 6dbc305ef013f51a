"""What the fields of a device type may say: more than a schema can."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.appending import DEVICE_CODE, TIMESTAMP
from arcbeat.domain.readings.columns import INTEGER_RANGES, ColumnType

FIELDS_MAX = 500
"""Of one type: a page says all of them of every device. The contract says the same."""

KEY_COLUMNS = frozenset({TIMESTAMP, DEVICE_CODE})
"""Columns that every answer has beside the fields."""

INTEGERS = frozenset(INTEGER_RANGES)
NUMBERS = INTEGERS | {ColumnType.FLOAT, ColumnType.DOUBLE}
TEXTS = frozenset({ColumnType.VARCHAR, ColumnType.NCHAR})


def check_fields(fields: Sequence[Field]) -> None:
    """Whether a type may have these fields.

    Raises:
        InvalidInput: it may not; names every place.
    """
    names = Counter(field.name for field in fields)
    errors = tuple(
        InputError("body", f"/fields/{place}/{name}", detail)
        for place, field in enumerate(fields)
        for name, detail in (*_of_name(field.name, names[field.name]), *_of_rules(field))
    )
    if errors:
        raise InvalidInput(errors)


def _of_name(name: str, times: int) -> Iterator[tuple[str, str]]:
    if name in KEY_COLUMNS:
        yield "name", f"{name} is in every answer anyway, and no field"
    if times > 1:
        yield "name", f"{name} is there {times} times"


def _of_rules(field: Field) -> Iterator[tuple[str, str]]:
    """What does not fit the field's type, or itself."""
    if field.type not in NUMBERS:
        given = {"decimals": field.decimals, "minimum": field.minimum, "maximum": field.maximum}
        yield from ((name, "only numbers have it") for name, value in given.items() if value is not None)
    if field.type not in TEXTS and field.max_length is not None:
        yield "max_length", "only texts have it"
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield "maximum", f"less than the minimum, {field.minimum:g}"


def with_type(field: Field, column_type: ColumnType) -> Field:
    """The field as one of another type, without the rules that do not fit it."""
    changed = replace(field, type=column_type)
    if column_type not in NUMBERS:
        changed = replace(changed, decimals=None, minimum=None, maximum=None)
    return changed if column_type in TEXTS else replace(changed, max_length=None)
