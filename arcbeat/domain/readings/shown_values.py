"""The values of a reading that clients see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.welding import STATIC_FIELDS, WELDING
from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.readings.stored_rows import RowForm, StoredRow
from arcbeat.domain.schema.columns import ENCODED_AS_DIGITS, ColumnType, Value

NOTHING: Mapping[str, Value] = {}

Visible = Callable[[Mapping[str, Value]], Mapping[str, Value]]


class VisibleValues:
    """Extracts the visible fields of a type, in their order and their encodable form."""

    def __init__(self, device_type: DeviceType) -> None:
        fields = device_type.visible_fields
        self._names = tuple(field.name for field in fields)
        self._visible = frozenset(self._names)
        self._as_digits = tuple(field.name for field in fields if field.type in ENCODED_AS_DIGITS)

    def values(self, latest: Latest | None) -> Mapping[str, Value]:
        """Return the value of every visible field; a field that the reading does not have is None."""
        return self.of(latest.reading.values if latest else NOTHING)

    def of(self, raw: Mapping[str, Value]) -> Mapping[str, Value]:
        """Return the visible ones of these values."""
        names = tuple(raw)
        if not self._as_digits and names == self._names:
            # Most types need no copy. A store uses the same str objects for the names of every reading, and comparing
            # identical objects is faster, so keep the store's.
            self._names = names
            return raw
        get = raw.get
        values = {name: get(name) for name in self._names}
        for name in self._as_digits:
            if values[name] is not None:
                values[name] = str(values[name])
        return values

    def some_of(self, raw: Mapping[str, Value]) -> Mapping[str, Value]:
        """Return the visible ones of some values of a row; a field that is not among them is left out."""
        if not self._as_digits and raw.keys() <= self._visible:
            return raw
        return {
            name: str(value) if name in self._as_digits and value is not None else value
            for name, value in raw.items()
            if name in self._visible
        }


@dataclass(frozen=True, slots=True)
class ShownForm:
    """How rows are decoded and what clients see of them. Equal forms show equal rows in the same way.

    Attributes:
        fields: the names and types of the visible fields.
        state_field: that of the device type, which may be hidden.
        visible: returns the visible ones of all values of a row.
        visible_some: returns the visible ones of some values of a row.
    """

    form: RowForm
    fields: tuple[tuple[str, ColumnType], ...]
    state_field: str
    visible: Visible = field(compare=False)
    visible_some: Visible = field(compare=False)

    @classmethod
    def of(cls, form: RowForm, device_type: DeviceType) -> "ShownForm":
        """Return the form of the rows of a device type."""
        fields = tuple((each.name, each.type) for each in device_type.visible_fields)
        values = VisibleValues(device_type)
        return cls(form, fields, device_type.state_field, values.of, values.some_of)

    def all_values(self, stored: StoredRow | None) -> Mapping[str, Value]:
        """Return the values of a row, hidden ones included; no values for a device without readings."""
        return NOTHING if stored is None else self.form.values(stored)


def shows_all_fields(device_type: DeviceType) -> bool:
    """Return whether the visible values are enough to make pages: they need the state field and the static fields."""
    hidden = {field.name for field in device_type.fields if field.hidden}
    unconverted = {field.name for field in device_type.visible_fields if field.type not in ENCODED_AS_DIGITS}
    static = STATIC_FIELDS if device_type.type_code == WELDING else ()
    return device_type.state_field not in hidden and unconverted.issuperset(static)
