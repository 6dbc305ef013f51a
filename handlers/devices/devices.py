"""The registered devices: what the master data says of them, read and edited."""

from dataclasses import asdict
from datetime import date
from typing import Any

from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfo, DeviceSort
from arcbeat.domain.devices.ports import DeviceRegister
from arcbeat.domain.errors import InputError, InvalidInput, UnknownDeviceType
from handlers._http import Answer, etag, expected_versions, location
from handlers.devices._filters import device_filter

DATES = ("production_date", "install_date")


async def list_devices(
    device_register: DeviceRegister,
    catalogue: DeviceCatalogue,
    *,
    page: int,
    page_size: int,
    sort: str,
    type_code: str | None,
    team_name: str | None,
    keyword: str | None,
    locked: bool | None,
) -> dict[str, Any]:
    """A page of devices."""
    where = await device_filter(catalogue, type_code=type_code, team_name=team_name, keyword=keyword, locked=locked)
    found = await device_register.page(where, DeviceSort.parse(sort), offset=(page - 1) * page_size, limit=page_size)
    return {
        "items": [_shown(each) for each in found.devices],
        "page": page,
        "page_size": page_size,
        "total": found.total,
    }


async def get_device(device_register: DeviceRegister, *, device_code: str) -> Answer:
    """One device."""
    device = await device_register.get(device_code)
    return _shown(device), 200, etag(device.version)


async def create_device(device_register: DeviceRegister, catalogue: DeviceCatalogue, *, body: dict[str, Any]) -> Answer:
    """A new device."""
    device_code, facts = body["device_code"], _facts(body)
    await _check_type(catalogue, facts["device_type"])
    device = await device_register.add(device_code, DeviceFacts(**facts))
    return _shown(device), 201, {**etag(device.version), **location("/api/v1/device/info", device_code)}


async def update_device(
    device_register: DeviceRegister,
    catalogue: DeviceCatalogue,
    *,
    device_code: str,
    body: dict[str, Any],
    if_match: str | None,
) -> Answer:
    """A device as somebody else says."""
    expected, change = expected_versions(if_match), _facts(body)
    if "device_type" in change:
        await _check_type(catalogue, change["device_type"])
    device = await device_register.change(device_code, change, expected)
    return _shown(device), 200, etag(device.version)


async def delete_device(device_register: DeviceRegister, *, device_code: str, if_match: str | None) -> tuple[None, int]:
    """The device is registered no more."""
    await device_register.remove(device_code, expected_versions(if_match))
    return None, 204


async def _check_type(catalogue: DeviceCatalogue, device_type: str) -> None:
    """Raises InvalidInput where there is no such type."""
    try:
        await catalogue.get_type(device_type)
    except UnknownDeviceType as error:
        detail = "neither code nor alias of an enabled device type"
        raise InvalidInput((InputError("body", "/device_type", detail),)) from error


def _facts(body: dict[str, Any]) -> dict[str, Any]:
    """What a body says of a device besides its code, by the names of DeviceFacts."""
    return {name: _fact(name, value) for name, value in body.items() if name != "device_code"}


def _fact(name: str, value: Any) -> Any:
    if name not in DATES or value is None:
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:  # the year 0000
        raise InvalidInput((InputError("body", f"/{name}", str(error)),)) from error


def _shown(device: DeviceInfo) -> dict[str, Any]:
    return {
        "id": device.id,
        "device_code": device.device_code,
        **asdict(device.facts),
        "type_code": device.type_code,
        "created_at": device.created_at,
        "updated_at": device.updated_at,
    }
