"""Import of fields: the columns of a super table become the fields of its device type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.catalogue.field_rules import FIELDS_MAX, INTEGERS, KEY_COLUMNS, NUMBERS, with_type
from arcbeat.domain.errors import Conflict
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import is_identifier

FRACTION_DECIMALS = 2
"""The decimals of a new field of type FLOAT or DOUBLE. A column does not tell the precision of its machine."""


@dataclass(frozen=True, slots=True)
class FieldImport:
    """The result of an import.

    Attributes:
        fields: All fields: the present ones in their order with their labels and units, then the new ones.
        added: Names of the new fields.
        changed: Names of the fields whose column has another type now.
        missing: Names of the fields whose column is gone.
        skipped: Names of the columns that cannot be a field, because they are not identifiers.
    """

    fields: tuple[Field, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    skipped: tuple[str, ...]


def value_columns(columns: Sequence[Column]) -> dict[str, Column]:
    """Return the columns that hold values, by name: neither tags nor the key columns."""
    return {column.name: column for column in columns if not column.is_tag and column.name not in KEY_COLUMNS}


def propose(fields: Sequence[Field], columns: Sequence[Column], *, drop_missing: bool) -> FieldImport:
    """Return the fields that fit the columns of a super table. A field without a column stays unless ``drop_missing``.

    Raises:
        Conflict: There would be more than FIELDS_MAX fields.
    """
    described = value_columns(columns)
    present = [field for field in fields if field.name in described or not drop_missing]
    new = _new_columns(fields, described)
    if len(present) + len(new) > FIELDS_MAX:
        raise Conflict(f"The import would make {len(present) + len(new)} fields; a type has at most {FIELDS_MAX}.")
    return FieldImport(
        fields=(*(_with_column_type(field, described) for field in present), *map(_new_field, new)),
        added=tuple(column.name for column in new),
        changed=tuple(
            each.name for each in fields if each.name in described and each.type != described[each.name].type
        ),
        missing=tuple(each.name for each in fields if each.name not in described),
        skipped=tuple(name for name in described if not is_identifier(name)),
    )


def _new_columns(fields: Sequence[Field], described: Mapping[str, Column]) -> Sequence[Column]:
    known = {field.name for field in fields}
    return [column for name, column in described.items() if name not in known and is_identifier(name)]


def _with_column_type(field: Field, described: Mapping[str, Column]) -> Field:
    column = described.get(field.name)
    return field if column is None or column.type == field.type else with_type(field, column.type)


def _new_field(column: Column) -> Field:
    label = Label(column.name, column.name)
    return Field(name=column.name, label=label, type=column.type, decimals=_default_decimals(column.type))


def _default_decimals(column_type: ColumnType) -> int | None:
    if column_type in INTEGERS:
        return 0
    return FRACTION_DECIMALS if column_type in NUMBERS else None
