"""The order of newest readings by the value of a field."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.schema.columns import DEVICE_CODE, ENCODED_AS_DIGITS, TIMESTAMP

T = TypeVar("T")


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


def sort_devices(
    items: Iterable[T], sort: ReadingSort, device_type: DeviceType, latest_of: Callable[[T], Latest | None]
) -> list[T]:
    """Return items in the order of ``sort``; items without a value come last, and equal items keep their order.

    Args:
        items: devices ordered by device code.

    Raises:
        InvalidValue: ``sort`` does not name a visible field of the type, ``ts`` or ``device_code``.
    """
    if sort.field == DEVICE_CODE:
        return list(items)[:: -1 if sort.descending else 1]
    value_of = _value_of(sort, device_type)
    with_value: list[tuple[Any, T]] = []
    without: list[T] = []
    for item in items:
        latest = latest_of(item)
        value = value_of(latest) if latest else None
        # Not a number is not comparable, so it counts as no value.
        if value is None or (isinstance(value, float) and math.isnan(value)):
            without.append(item)
        else:
            with_value.append((value, item))
    with_value.sort(key=lambda each: each[0], reverse=sort.descending)
    return [*(item for _, item in with_value), *without]


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
