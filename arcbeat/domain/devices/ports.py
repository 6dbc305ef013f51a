"""The master data of the devices, as protocols: read, changed, and brought in from files."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.device_info import (
    DeviceChange,
    DeviceFacts,
    DeviceInfo,
    DeviceInfoFilter,
    DeviceInfoPage,
    DeviceSort,
)
from arcbeat.domain.devices.devices import Device, DeviceFilter, DevicePage
from arcbeat.domain.devices.imports import ImportPlan
from arcbeat.domain.devices.table import DeviceTable


class DeviceRegister(Protocol):
    """The master data of the devices, for those who edit it; any operation may raise any StoreError.

    ``expected`` are the versions that a change is meant for; None lets it change any.
    """

    async def page(self, where: DeviceInfoFilter, sort: DeviceSort, *, offset: int, limit: int) -> DeviceInfoPage:
        """Those that fit, in the order asked for, from ``offset``, at most ``limit``."""
        ...

    async def get(self, device_code: str) -> DeviceInfo:
        """One device.

        Raises:
            UnknownDevice: it is not registered.
        """
        ...

    def batches(self, where: DeviceInfoFilter) -> AsyncIterator[Sequence[DeviceInfo]]:
        """All that fit, by their codes as the store orders them; what changes meanwhile may be there or not."""
        ...

    async def add(self, device_code: str, facts: DeviceFacts) -> DeviceInfo:
        """A new device.

        Raises:
            AlreadyExists: there is a device of this code, or of one that differs only in case.
        """
        ...

    async def change(self, device_code: str, change: DeviceChange, expected: frozenset[str] | None) -> DeviceInfo:
        """The device as it is afterwards; one that stays as it is is not written.

        Raises:
            UnknownDevice: it is not registered.
            PreconditionFailed: it is of another version.
        """
        ...

    async def remove(self, device_code: str, expected: frozenset[str] | None) -> None:
        """The device is registered no more; its readings stay.

        Raises:
            UnknownDevice: it is not registered.
            PreconditionFailed: it is of another version.
        """
        ...


class DeviceImporter(Protocol):
    """Brings files of devices into the master data; ``spellings`` are all codes and aliases of enabled device types.

    Any operation may raise any StoreError.
    """

    async def plan(self, table: DeviceTable, spellings: frozenset[str]) -> ImportPlan:
        """What a file would do."""
        ...

    async def carry_out(self, table: DeviceTable, spellings: frozenset[str]) -> ImportPlan:
        """What a file did: all that it says is stored, or nothing of it.

        Raises:
            ImportRejected: a row cannot be stored.
            Conflict: another program registered a new device of the file meanwhile.
        """
        ...


class DeviceDirectory(Protocol):
    """The registered devices: the rows of the master data that have a device type."""

    async def page(self, device_type: DeviceType, where: DeviceFilter, *, offset: int, limit: int) -> DevicePage:
        """Return at most ``limit`` device codes in order, starting at ``offset``."""
        ...

    async def get(self, device_code: str) -> Device:
        """Return one device.

        Raises:
            UnknownDevice: the device is not registered.
        """
        ...

    async def registered(self, device_type: DeviceType, device_codes: Sequence[str]) -> frozenset[str]:
        """Return which of these codes are registered with this type."""
        ...

    async def all_codes(self, device_type: DeviceType) -> frozenset[str]:
        """Return the codes of all devices of this type.

        Raises:
            Conflict: the type has more devices than can be loaded at once.
        """
        ...
