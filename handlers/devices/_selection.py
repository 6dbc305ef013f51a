"""The devices that the ``device_code`` parameters of a request select."""

from collections.abc import Sequence

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.errors import InputError, InvalidInput


async def common_type(catalogue: DeviceCatalogue, devices: DeviceDirectory, device_codes: Sequence[str]) -> DeviceType:
    """Return the device type that all selected devices have.

    Raises:
        UnknownDevice: A device is not registered.
        UnknownDeviceType: The master data names a type that does not exist for the first device.
        InvalidInput: The devices have different types.
    """
    first = await devices.get(device_codes[0])
    device_type = await catalogue.get_type(first.device_type)
    others = sorted(set(device_codes) - await devices.registered(device_type, device_codes))
    # A device that is not registered at all is reported as unknown, before types are compared.
    for device_code in others:
        await devices.get(device_code)
    if others:
        detail = f"must have the type {device_type.type_code}, as {first.device_code} has"
        raise InvalidInput([InputError("query", "device_code", f"{code} {detail}") for code in others])
    return device_type


async def requested_type(
    catalogue: DeviceCatalogue, devices: DeviceDirectory, type_code: str | None, device_codes: Sequence[str]
) -> DeviceType:
    """Return the type of the selected devices, or else the type with this code, which defaults to welding.

    Raises:
        UnknownDevice: A device is not registered.
        UnknownDeviceType: No type has this code or alias.
        InvalidInput: The devices have different types, or another one than ``type_code`` names.
    """
    if not device_codes:
        return await catalogue.get_type(type_code or WELDING)
    device_type = await common_type(catalogue, devices, device_codes)
    if type_code is not None and type_code not in device_type.spellings:
        raise InvalidInput((InputError("query", "type_code", f"the devices are of the type {device_type.type_code}"),))
    return device_type
