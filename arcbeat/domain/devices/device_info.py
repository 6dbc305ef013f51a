"""The master data of devices: what t_device_info says of each, and who may change which version of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from arcbeat.domain.versions import version_of

DeviceChange: TypeAlias = Mapping[str, Any]
"""Values by the names of DeviceFacts; what is not named stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What can be said of a device, and changed; None is nothing.

    Attributes:
        device_type: code or alias of a device type, or what another program wrote.
    """

    device_name: str
    device_model: str | None = None
    device_type: str | None
    manufacturer: str | None = None
    production_date: date | None = None
    install_date: date | None = None
    install_location: str | None = None
    online_address: str | None = None
    team_name: str | None = None
    is_locked: bool = False
    description: str | None = None

    def changed(self, change: DeviceChange) -> "DeviceFacts":
        return replace(self, **change)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfo:
    """A registered device.

    Attributes:
        type_code: the enabled device type that its device_type is a code or alias of; None where there is none.
        created_at: None in rows that other programs wrote without it, as is updated_at.
    """

    id: int
    device_code: str
    facts: DeviceFacts
    type_code: str | None
    created_at: datetime | None
    updated_at: datetime | None

    @property
    def version(self) -> str:
        return version_of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfoFilter:
    """Which devices: all, unless something narrows it.

    Attributes:
        spellings: of their type; every value of device_type that stands for it.
        keyword: part of the code, the name, the model or the location, in any case.
        locked: whether they are.
    """

    spellings: tuple[str, ...] | None = None
    team_name: str | None = None
    keyword: str | None = None
    locked: bool | None = None


class DeviceSortColumn(StrEnum):
    """What devices can be ordered by."""

    DEVICE_CODE = "device_code"
    DEVICE_NAME = "device_name"
    DEVICE_MODEL = "device_model"
    DEVICE_TYPE = "device_type"
    MANUFACTURER = "manufacturer"
    PRODUCTION_DATE = "production_date"
    INSTALL_DATE = "install_date"
    INSTALL_LOCATION = "install_location"
    ONLINE_ADDRESS = "online_address"
    TEAM_NAME = "team_name"
    IS_LOCKED = "is_locked"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


@dataclass(frozen=True, slots=True)
class DeviceSort:
    """An order; devices that are equal in the column are in the order of their codes, what is empty comes last."""

    column: DeviceSortColumn
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "DeviceSort":
        """The name of a column, with ``-`` before it for descending.

        Raises:
            ValueError: there is no such column.
        """
        return cls(DeviceSortColumn(text.removeprefix("-")), text.startswith("-"))


@dataclass(frozen=True, slots=True)
class DeviceInfoPage:
    """Some devices of all that fit."""

    devices: Sequence[DeviceInfo]
    total: int
