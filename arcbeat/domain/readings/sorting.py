"""The order of newest readings by the value of a field."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.schema.columns import DEVICE_CODE, ENCODED_AS_DIGITS, TIMESTAMP


@dataclass(frozen=True, slots=True)
class ReadingSort:
    """An order of devices.

    Attributes:
        field: a visible field of the device type, ``ts`` or ``device_code``.
    """

    field: str
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "ReadingSort":
        """Return the order that a text names: a field, with a leading ``-`` for descending order."""
        return cls(text.removeprefix("-"), descending=text.startswith("-"))


def value_to_sort_by(sort: ReadingSort, device_type: DeviceType) -> Callable[[Latest | None], Any]:
    """Return a function that returns the value of a reading to sort by; None for a device that comes last.

    Raises:
        InvalidValue: ``sort`` does not name a visible field of the type or ``ts``.
    """
    value_of = _value_of(sort, device_type)

    def value(latest: Latest | None) -> Any:
        found = value_of(latest) if latest else None
        # Not a number is not comparable, so it counts as no value.
        return None if isinstance(found, float) and math.isnan(found) else found

    return value


def _value_of(sort: ReadingSort, device_type: DeviceType) -> Callable[[Latest], Any]:
    name = sort.field
    if name == TIMESTAMP:
        return lambda latest: latest.reading.ts
    field = next((each for each in device_type.visible_fields if each.name == name), None)
    if field is None:
        known = ", ".join((DEVICE_CODE, TIMESTAMP, *(each.name for each in device_type.visible_fields)))
        raise InvalidValue.of("sort", f"cannot sort by {name}; sort by one of {known}")
    if field.type in ENCODED_AS_DIGITS:
        # Rows that another process sampled have these integers as texts.
        return lambda latest: None if (value := latest.reading.values.get(name)) is None else int(str(value))
    return lambda latest: latest.reading.values.get(name)
