"""Ports of the device catalogue: device types and their fields, read and changed."""

from collections.abc import Callable, Sequence
from typing import Protocol

from arcbeat.domain.catalogue.device_types import DeviceType


class DeviceCatalogue(Protocol):
    """Device types and their fields. Retired types are included only on request."""

    async def list_types(self, *, include_retired: bool = False) -> Sequence[DeviceType]:
        """Return all device types, ordered by position."""
        ...

    async def get_type(self, type_code: str, *, include_retired: bool = False) -> DeviceType:
        """Return a device type by code or alias.

        Raises:
            UnknownDeviceType: no type has this code or alias.
        """
        ...


class CatalogueEditor(Protocol):
    """Changes device types and their fields, one change at a time. A stored change is visible at once."""

    async def add_type(self, device_type: DeviceType) -> None:
        """Store a new device type.

        Raises:
            AlreadyExists: its code or one of its aliases belongs to another type.
            Conflict: the limit of device types is reached.
        """
        ...

    async def change_type(self, type_code: str, change: Callable[[DeviceType], DeviceType]) -> DeviceType:
        """Replace a stored device type, found by code or alias, with the result of ``change``, and return it.

        The type is locked meanwhile. Its ``fields_version`` is incremented when its fields change.

        Raises:
            UnknownDeviceType: no type has this code or alias.
            AlreadyExists: a new alias is the code or an alias of another type.
            ArcbeatError: raised by ``change``; nothing is stored.
        """
        ...
