"""Operations on the master data of devices."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.columns import InvalidCell, check_new_code
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfo, DeviceSort
from arcbeat.domain.devices.ports import DeviceRegister
from arcbeat.domain.errors import InputError, InvalidInput, UnknownDeviceType
from arcbeat.domain.exact_ids import exact_id
from handlers._http import EncodedResponse, HandlerResponse, etag, expected_versions, list_response, location, page_body
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
    if_none_match: str | None,
) -> EncodedResponse:
    """List devices."""
    where = await device_filter(catalogue, type_code=type_code, team_name=team_name, keyword=keyword, locked=locked)
    found = await device_register.page(where, DeviceSort.parse(sort), offset=(page - 1) * page_size, limit=page_size)
    items = [_to_body(each) for each in found.devices]
    return list_response(page_body(items, page=page, page_size=page_size, total=found.total), if_none_match)


async def get_device(device_register: DeviceRegister, *, device_code: str) -> HandlerResponse:
    """Return one device."""
    return _response(await device_register.get(device_code))


async def create_device(
    device_register: DeviceRegister, catalogue: DeviceCatalogue, *, body: dict[str, Any]
) -> HandlerResponse:
    """Register a device."""
    device_code, facts = body["device_code"], _facts_from_body(body)
    _check_code(device_code)
    await _check_type(catalogue, facts["device_type"])
    created, _, headers = _response(await device_register.add(device_code, DeviceFacts(**facts)))
    return created, 201, {**headers, **location("/api/v1/device/info", device_code)}


async def update_device(
    device_register: DeviceRegister,
    catalogue: DeviceCatalogue,
    *,
    device_code: str,
    body: dict[str, Any],
    if_match: str | None,
) -> HandlerResponse:
    """Update a device; a property that the body lacks keeps its value."""
    expected, change = expected_versions(if_match), _facts_from_body(body)
    if "device_type" in change:
        await _check_type(catalogue, change["device_type"])
    return _response(await device_register.change(device_code, change, expected))


async def delete_device(device_register: DeviceRegister, *, device_code: str, if_match: str | None) -> tuple[None, int]:
    """Delete a device from the master data. Its readings stay."""
    await device_register.remove(device_code, expected_versions(if_match))
    return None, 204


def _check_code(device_code: str) -> None:
    """Raise InvalidInput if the code of a new device breaks a rule that the contract's pattern cannot express."""
    try:
        check_new_code(device_code)
    except InvalidCell as error:
        raise InvalidInput((InputError("body", "/device_code", str(error)),)) from error


async def _check_type(catalogue: DeviceCatalogue, device_type: str) -> None:
    """Raise InvalidInput if there is no such device type."""
    try:
        await catalogue.get_type(device_type)
    except UnknownDeviceType as error:
        detail = "must be the code or an alias of an enabled device type"
        raise InvalidInput((InputError("body", "/device_type", detail),)) from error


def _facts_from_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a body, without the code, by the attribute names of DeviceFacts."""
    return {name: _parsed(name, value) for name, value in body.items() if name != "device_code"}


def _parsed(name: str, value: Any) -> Any:
    if name not in DATES or value is None:
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        # The contract's format lets the year 0000 pass, which Python does not have.
        raise InvalidInput((InputError("body", f"/{name}", f"is not a date: {error}"),)) from error


def _response(device: DeviceInfo) -> HandlerResponse:
    return _to_body(device), 200, etag(device.version)


def _to_body(device: DeviceInfo) -> dict[str, Any]:
    return {
        "id": exact_id(device.id),
        "device_code": device.device_code,
        **asdict(device.facts),
        "type_code": device.type_code,
        "created_at": device.created_at,
        "updated_at": device.updated_at,
    }
