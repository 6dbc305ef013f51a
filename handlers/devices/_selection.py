"""The devices that a request names."""

from collections.abc import Sequence

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.errors import InputError, InvalidInput


async def common_type(catalogue: DeviceCatalogue, devices: DeviceDirectory, device_codes: Sequence[str]) -> DeviceType:
    """The one type that they all are registered with.

    Raises:
        UnknownDevice: one of them is not registered.
        UnknownDeviceType: the master data gives the first a type that there is not.
        InvalidInput: they are of several types.
    """
    first = await devices.get(device_codes[0])
    device_type = await catalogue.get_type(first.device_type)
    others = sorted(set(device_codes) - await devices.registered(device_type, device_codes))
    for device_code in others:
        await devices.get(device_code)
    if others:
        detail = f"not of the type {device_type.type_code}, as {first.device_code} is"
        raise InvalidInput(tuple(InputError("query", "device_code", f"{each}: {detail}") for each in others))
    return device_type
