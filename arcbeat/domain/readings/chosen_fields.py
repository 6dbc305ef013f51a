"""The fields of a type that a response contains, with the types of their columns."""

from collections.abc import Sequence
from dataclasses import replace

from arcbeat.domain.catalogue.device_types import DeviceType, Field, Label
from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.schema.columns import TIMESTAMP, Column


def choose_fields(device_type: DeviceType, columns: Sequence[Column], names: Sequence[str]) -> tuple[Field, ...]:
    """Return the named fields, with the types of their columns; without names, the visible fields that have a column.

    Every column may be named, including hidden fields and columns without a field. Tags do not belong to readings, and
    ts is part of every row, so neither may be named.

    Raises:
        InvalidValue: a name in ``fields`` is not a column of the readings.
    """
    readable = {column.name: column for column in columns if not column.is_tag and column.name != TIMESTAMP}
    wanted = names or [field.name for field in device_type.visible_fields if field.name in readable]
    if missing := [name for name in wanted if name not in readable]:
        raise InvalidValue([Violation("fields", f"no such field: {name}") for name in missing])
    described = {field.name: field for field in device_type.fields}
    return tuple(_field(described.get(name), readable[name]) for name in wanted)


def _field(described: Field | None, column: Column) -> Field:
    if described is None:
        return Field(name=column.name, label=Label(column.name, column.name), type=column.type)
    return replace(described, type=column.type)
