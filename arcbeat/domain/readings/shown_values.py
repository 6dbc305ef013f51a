"""How readings of a type are shown."""

from collections.abc import Mapping

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.welding import STATIC_FIELDS, WELDING
from arcbeat.domain.readings.columns import ENCODED_AS_DIGITS, Value
from arcbeat.domain.readings.readings import Latest

NOTHING: Mapping[str, Value] = {}


class VisibleValues:
    """The visible fields of a type in their order, 64-bit integers as digits."""

    def __init__(self, device_type: DeviceType) -> None:
        fields = device_type.visible_fields
        self._names = tuple(field.name for field in fields)
        self._as_digits = tuple(field.name for field in fields if field.type in ENCODED_AS_DIGITS)

    def values(self, latest: Latest | None) -> Mapping[str, Value]:
        """As JSON holds them; every field is there, whatever the reading says."""
        raw = latest.reading.values if latest else NOTHING
        said = tuple(raw)
        if not self._as_digits and said == self._names:
            self._names = said  # stores spell the next with the same objects, which compare faster
            return raw  # as it is for most types: nothing to copy
        get = raw.get
        values = {name: get(name) for name in self._names}
        for name in self._as_digits:
            if values[name] is not None:
                values[name] = str(values[name])
        return values


def shows_all_fields(device_type: DeviceType) -> bool:
    """Whether what is shown of a reading is all that pages need: the static fields, and what the device is doing."""
    hidden = {field.name for field in device_type.fields if field.hidden}
    as_it_is = {field.name for field in device_type.visible_fields if field.type not in ENCODED_AS_DIGITS}
    static = STATIC_FIELDS if device_type.type_code == WELDING else ()
    return device_type.state_field not in hidden and as_it_is.issuperset(static)
