"""What a device type may say of itself: more than a schema can."""

from collections.abc import Iterator

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import InputError, InvalidInput


def check_type(device_type: DeviceType) -> None:
    """Whether a type may be like this; its fields are judged by themselves.

    Raises:
        InvalidInput: it may not; names every place.
    """
    errors = (*_of_thresholds(device_type), *_of_aliases(device_type), *_of_states(device_type))
    if errors:
        raise InvalidInput(tuple(InputError("body", pointer, detail) for pointer, detail in errors))


def _of_thresholds(device_type: DeviceType) -> Iterator[tuple[str, str]]:
    thresholds = device_type.thresholds
    if thresholds.stale_after_seconds < thresholds.late_after_seconds:
        yield "/stale_after_seconds", f"less than late_after_seconds, {thresholds.late_after_seconds:g}"


def _of_aliases(device_type: DeviceType) -> Iterator[tuple[str, str]]:
    for place, alias in enumerate(device_type.aliases):
        if alias == device_type.type_code:
            yield f"/aliases/{place}", "the code of the type itself"


def _of_states(device_type: DeviceType) -> Iterator[tuple[str, str]]:
    for place, state in enumerate(device_type.offline_states):
        if state not in device_type.states:
            yield f"/offline_states/{place}", "none of the states"
