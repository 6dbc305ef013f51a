"""Which devices a request is about."""

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
    """The filter that the parameters of a request say.

    Raises:
        UnknownDeviceType: there is no such type.
    """
    device_type = await catalogue.get_type(type_code) if type_code is not None else None
    return DeviceInfoFilter(
        spellings=device_type.spellings if device_type else None,
        team_name=team_name,
        keyword=keyword,
        locked=locked,
    )
