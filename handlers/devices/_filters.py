"""The filter parameters that operations on devices share."""

from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.device_info import DeviceInfoFilter


async def device_filter(
    catalogue: DeviceCatalogue,
    *,
    type_code: str | None,
    team_name: str | None,
    keyword: str | None,
    locked: bool | None,
) -> DeviceInfoFilter:
    """Return the filter of a request; a device type is resolved to all its spellings.

    Raises:
        UnknownDeviceType: No type has this code or alias.
    """
    device_type = await catalogue.get_type(type_code) if type_code is not None else None
    return DeviceInfoFilter(
        spellings=device_type.spellings if device_type else None,
        team_name=team_name,
        keyword=keyword,
        locked=locked,
    )
