"""Which columns of a super table an answer is about, and how people call them."""

from collections.abc import Sequence
from dataclasses import replace

from arcbeat.domain.catalogue.device_types import DeviceType, Field, Label
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.appending import TIMESTAMP
from arcbeat.domain.readings.columns import Column


def choose_fields(device_type: DeviceType, columns: Sequence[Column], names: Sequence[str]) -> tuple[Field, ...]:
    """The fields of these names, with the types of their columns; without names the visible ones that have a column.

    Every column may be named, one that the dictionary hides or does not know too; but for ts, which is in every row,
    and tags, which are no readings.

    Raises:
        InvalidInput: there is no such column; the place is the parameter ``fields``.
    """
    readable = {column.name: column for column in columns if not column.is_tag and column.name != TIMESTAMP}
    wanted = names or [field.name for field in device_type.visible_fields if field.name in readable]
    if missing := [name for name in wanted if name not in readable]:
        raise InvalidInput(tuple(InputError("query", "fields", f"no such field: {name}") for name in missing))
    known = {field.name: field for field in device_type.fields}
    return tuple(_field(known.get(name), readable[name]) for name in wanted)


def _field(known: Field | None, column: Column) -> Field:
    if known is None:
        return Field(name=column.name, label=Label(column.name, column.name), type=column.type)
    return replace(known, type=column.type)
