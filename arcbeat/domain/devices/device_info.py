"""The master data of devices: the rows of t_device_info, and how they are filtered and sorted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from arcbeat.domain.versions import version_of

DeviceChange: TypeAlias = Mapping[str, Any]
"""New values by the attribute names of DeviceFacts; an attribute that is missing keeps its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """The attributes of a device that can be edited; None means empty.

    Attributes:
        device_type: Code or alias of a device type, or any text that another program wrote.
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
        """Return the attributes after a change."""
        return replace(self, **change)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfo:
    """A registered device.

    Attributes:
        type_code: The code of the enabled device type that device_type means; None if there is none.
        created_at: None in a row that another program wrote without it.
        updated_at: None in a row that another program wrote without it.
    """

    id: int
    device_code: str
    facts: DeviceFacts
    type_code: str | None
    created_at: datetime | None
    updated_at: datetime | None

    @property
    def version(self) -> str:
        """A text that changes with each change of the device."""
        return version_of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfoFilter:
    """A choice of devices; an attribute that is None does not restrict it.

    Attributes:
        spellings: The values of device_type that mean the wanted type.
        team_name: The exact team_name.
        keyword: A part of the code, the name, the model or the location, case-insensitive.
        locked: The value of is_locked.
    """

    spellings: tuple[str, ...] | None = None
    team_name: str | None = None
    keyword: str | None = None
    locked: bool | None = None


class DeviceSortColumn(StrEnum):
    """A column that devices can be sorted by."""

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
    """A sort order. Devices with equal values are sorted by code, and empty values come last."""

    column: DeviceSortColumn
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> "DeviceSort":
        """Return the order by a column's name; ``-`` in front of it means descending.

        Raises:
            ValueError: There is no such column.
        """
        return cls(DeviceSortColumn(text.removeprefix("-")), text.startswith("-"))


@dataclass(frozen=True, slots=True)
class DeviceInfoPage:
    """A page of devices.

    Attributes:
        total: The number of matching devices on all pages.
    """

    devices: Sequence[DeviceInfo]
    total: int
