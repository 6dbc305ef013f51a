"""Fields from the columns of a super table, so that nobody has to type them."""

from collections.abc import Sequence
from dataclasses import dataclass

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.catalogue.field_rules import FIELDS_MAX, INTEGERS, KEY_COLUMNS, NUMBERS, with_type
from arcbeat.domain.errors import Conflict
from arcbeat.domain.readings.columns import Column, ColumnType
from arcbeat.domain.readings.readings import is_identifier

GUESSED_DECIMALS = 2
"""Of a new field that is a fraction; nobody has said how exact its machine is."""


@dataclass(frozen=True, slots=True)
class FieldImport:
    """What the fields of a type would be after an import.

    Attributes:
        fields: those that were there, in their order and with what people said of them; new ones behind.
        added: names of the new ones.
        changed: names of those whose column has another type now.
        missing: names of those whose column is gone.
        skipped: names of columns that are no identifiers, so that no field can be called so.
    """

    fields: tuple[Field, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    skipped: tuple[str, ...]


def value_columns(columns: Sequence[Column]) -> dict[str, Column]:
    """Those that say what a device said, by name: no tags, nor the key of a reading."""
    return {column.name: column for column in columns if not column.is_tag and column.name not in KEY_COLUMNS}


def propose(fields: Sequence[Field], columns: Sequence[Column], *, drop_missing: bool) -> FieldImport:
    """The fields for a super table of these columns; those whose column is gone stay unless they are to be dropped.

    Raises:
        Conflict: they would be too many.
    """
    described = value_columns(columns)
    known = {field.name for field in fields}
    new = [column for column in described.values() if column.name not in known and is_identifier(column.name)]
    kept = [_as_described(field, described) for field in fields if field.name in described or not drop_missing]
    proposed = (*kept, *map(_guess, new))
    if len(proposed) > FIELDS_MAX:
        raise Conflict(f"These would be {len(proposed)} fields; a type has at most {FIELDS_MAX}.")
    return FieldImport(
        fields=proposed,
        added=tuple(column.name for column in new),
        changed=tuple(
            each.name for each in fields if each.name in described and each.type != described[each.name].type
        ),
        missing=tuple(each.name for each in fields if each.name not in described),
        skipped=tuple(name for name in described if not is_identifier(name)),
    )


def _as_described(field: Field, described: dict[str, Column]) -> Field:
    column = described.get(field.name)
    return field if column is None or column.type == field.type else with_type(field, column.type)


def _guess(column: Column) -> Field:
    return Field(
        name=column.name,
        label=Label(column.name, column.name),
        type=column.type,
        decimals=_decimals(column.type),
    )


def _decimals(column_type: ColumnType) -> int | None:
    if column_type in INTEGERS:
        return 0
    return GUESSED_DECIMALS if column_type in NUMBERS else None
