"""Devices as the master data knows them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFilter:
    """Which devices of a type: all, unless something narrows it.

    Attributes:
        keyword: part of the code or of the name, in any case.
        team_name: exactly this team of t_device_info.
    """

    keyword: str | None = None
    team_name: str | None = None


ALL_DEVICES = DeviceFilter()


@dataclass(frozen=True, slots=True)
class DevicePage:
    """Some device codes of all that fit, by code."""

    device_codes: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Device:
    """A registered device."""

    device_code: str
    device_type: str
