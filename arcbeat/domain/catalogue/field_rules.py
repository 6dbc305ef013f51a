"""The rules of a device type's fields that the contract's schema cannot express."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.schema.columns import DEVICE_CODE, INTEGER_RANGES, TIMESTAMP, ColumnType

FIELDS_MAX = 500
"""Fields per device type, because a page holds all of them for each device. The contract states the same limit."""

KEY_COLUMNS = frozenset({TIMESTAMP, DEVICE_CODE})
"""The columns that identify a reading. Every response has them beside the fields."""

INTEGERS = frozenset(INTEGER_RANGES)
NUMBERS = INTEGERS | {ColumnType.FLOAT, ColumnType.DOUBLE}
TEXTS = frozenset({ColumnType.VARCHAR, ColumnType.NCHAR})


def check_fields(fields: Sequence[Field]) -> None:
    """Check the fields of a device type.

    Raises:
        InvalidValue: A field breaks a rule; every violation is listed as ``fields/{index}/{attribute}``.
    """
    names = Counter(field.name for field in fields)
    violations = tuple(
        Violation(f"fields/{index}/{each.field}", each.detail)
        for index, field in enumerate(fields)
        for each in (*_name_violations(field.name, names[field.name]), *_type_violations(field))
    )
    if violations:
        raise InvalidValue(violations)


def _name_violations(name: str, count: int) -> Iterator[Violation]:
    if name in KEY_COLUMNS:
        yield Violation("name", f"{name} is reserved: every reading has it beside its fields")
    if count > 1:
        yield Violation("name", f"must be unique, but {count} fields are called {name}")


def _type_violations(field: Field) -> Iterator[Violation]:
    """Yield the attributes that do not fit the field's type, or each other."""
    if field.type not in NUMBERS:
        given = {"decimals": field.decimals, "minimum": field.minimum, "maximum": field.maximum}
        for name, value in given.items():
            if value is not None:
                yield Violation(name, f"is allowed for numbers only, and the type is {field.type}")
    if field.type not in TEXTS and field.max_length is not None:
        yield Violation("max_length", f"is allowed for VARCHAR and NCHAR only, and the type is {field.type}")
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield Violation("maximum", f"must be at least the minimum, {field.minimum:g}")


def with_type(field: Field, column_type: ColumnType) -> Field:
    """Return the field with another type, and without the attributes that do not fit that type."""
    changed = replace(field, type=column_type)
    if column_type not in NUMBERS:
        changed = replace(changed, decimals=None, minimum=None, maximum=None)
    return changed if column_type in TEXTS else replace(changed, max_length=None)
