"""How readings of a type are shown."""

from collections.abc import Mapping

from arcbeat.domain.columns import TOLD_AS_DIGITS, Value
from arcbeat.domain.device_types import DeviceType
from arcbeat.domain.readings import Latest

NOTHING: Mapping[str, Value] = {}


class Shape:
    """The visible fields of a type in their order, 64-bit integers as digits."""

    def __init__(self, device_type: DeviceType) -> None:
        fields = device_type.visible_fields
        self._names = tuple(field.name for field in fields)
        self._as_digits = tuple(field.name for field in fields if field.type in TOLD_AS_DIGITS)

    def values(self, latest: Latest | None) -> Mapping[str, Value]:
        """As JSON holds them; every field is there, whatever the reading says."""
        raw = latest.reading.values if latest else NOTHING
        if not self._as_digits and tuple(raw) == self._names:
            return raw  # as it is for most types: nothing to copy
        get = raw.get
        values = {name: get(name) for name in self._names}
        for name in self._as_digits:
            if values[name] is not None:
                values[name] = str(values[name])
        return values
