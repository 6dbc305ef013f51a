"""Registered devices, as the pages of readings need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFilter:
    """A choice of devices of one type; an attribute that is None does not restrict it.

    Attributes:
        keyword: A part of the code or of the name, case-insensitive.
        team_name: The exact team_name of t_device_info.
    """

    keyword: str | None = None
    team_name: str | None = None


ALL_DEVICES = DeviceFilter()


@dataclass(frozen=True, slots=True)
class DevicePage:
    """A page of device codes, ordered by code.

    Attributes:
        total: The number of matching devices on all pages.
    """

    device_codes: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Device:
    """A registered device.

    Attributes:
        device_type: Code or alias of its device type.
    """

    device_code: str
    device_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDetails:
    """The master data of a device that pages show beside its reading, on request.

    Attributes:
        team_name: Of t_device_info; the reading has a ``team_name`` of its own.
    """

    device_name: str
    team_name: str | None
    is_locked: bool
    install_location: str | None


@dataclass(frozen=True, slots=True)
class TeamMembers:
    """The devices of one team and one type.

    Attributes:
        version: A text that differs between teams with different members, and is the same in every process.
    """

    device_codes: frozenset[str]
    version: str

    @classmethod
    def of(cls, device_codes: Sequence[str]) -> "TeamMembers":
        """Return the members with these codes."""
        joined = "\0".join(sorted(device_codes))  # no device code contains this character
        return cls(frozenset(device_codes), f"{crc32(joined.encode()):08x}")
