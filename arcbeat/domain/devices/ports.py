"""Ports of the registered devices: the master data read, edited and imported from files."""

from collections.abc import AsyncIterator, Mapping, Sequence
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
from arcbeat.domain.devices.devices import Device, DeviceDetails, DeviceFilter, DevicePage, TeamMembers
from arcbeat.domain.devices.imports import EmptyCells, ImportPlan
from arcbeat.domain.devices.table import DeviceTable


class DeviceRegister(Protocol):
    """The master data of all devices, for reading and editing. Each operation may raise a StoreError.

    ``expected`` lists the versions of the device for which a change is meant; None allows every version.
    """

    async def page(self, where: DeviceInfoFilter, sort: DeviceSort, *, offset: int, limit: int) -> DeviceInfoPage:
        """Return at most ``limit`` matching devices, starting at ``offset``."""
        ...

    async def get(self, device_code: str) -> DeviceInfo:
        """Return one device.

        Raises:
            UnknownDevice: The device is not registered.
        """
        ...

    def batches(self, where: DeviceInfoFilter) -> AsyncIterator[Sequence[DeviceInfo]]:
        """Yield all matching devices in batches, ordered by code in the store's collation.

        The batches are not one snapshot: a device that changes meanwhile may be missing.
        """
        ...

    async def add(self, device_code: str, facts: DeviceFacts) -> DeviceInfo:
        """Register a device and return it.

        Raises:
            AlreadyExists: A device has this code, or one that differs only in case.
        """
        ...

    async def change(self, device_code: str, change: DeviceChange, expected: frozenset[str] | None) -> DeviceInfo:
        """Change a device and return it. A change without effect is not written.

        Raises:
            UnknownDevice: The device is not registered.
            PreconditionFailed: The device has another version.
        """
        ...

    async def remove(self, device_code: str, expected: frozenset[str] | None) -> None:
        """Delete a device from the master data. Its readings stay in their store.

        Raises:
            UnknownDevice: The device is not registered.
            PreconditionFailed: The device has another version.
        """
        ...


class DeviceImporter(Protocol):
    """Imports files of devices into the master data. Each operation may raise a StoreError.

    ``spellings`` are the codes and aliases of all enabled device types, and ``empty_cells`` is what an empty cell does
    to the value of a registered device.
    """

    async def plan(
        self, table: DeviceTable, spellings: frozenset[str], empty_cells: EmptyCells = EmptyCells.KEEP
    ) -> ImportPlan:
        """Return what an import would do, and store nothing."""
        ...

    async def carry_out(
        self, table: DeviceTable, spellings: frozenset[str], empty_cells: EmptyCells = EmptyCells.KEEP
    ) -> ImportPlan:
        """Store all rows of a file, or none.

        Raises:
            ImportRejected: A row cannot be stored.
            Conflict: Another program registered one of the file's new devices meanwhile.
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
            UnknownDevice: The device is not registered.
        """
        ...

    async def registered(self, device_type: DeviceType, device_codes: Sequence[str]) -> frozenset[str]:
        """Return which of these codes are registered with this type."""
        ...

    async def all_codes(self, device_type: DeviceType) -> frozenset[str]:
        """Return the codes of all devices of this type.

        Raises:
            Conflict: The type has more devices than can be loaded at once.
        """
        ...


class DeviceCodes(Protocol):
    """The codes of the registered devices, part by part."""

    async def codes_after(self, device_type: DeviceType, device_code: str, *, limit: int) -> Sequence[str]:
        """Return the first codes of this type after a code, in order; an empty code is before all."""
        ...


class DeviceDetailsSource(Protocol):
    """Master data that returns the details of devices."""

    async def details(self, device_codes: Sequence[str]) -> Mapping[str, DeviceDetails]:
        """Return the details of each device by device code; a device that is not registered is left out."""
        ...


class TeamSource(Protocol):
    """Master data that groups devices by team."""

    async def by_team(self, device_type: DeviceType) -> Mapping[str | None, Sequence[str]]:
        """Return the codes of the devices of each team by its name, in order; None for devices without a team."""
        ...


class CachedDeviceDetails(Protocol):
    """The details of devices for pages and views, from a cache that bounds the queries and survives an outage."""

    async def read(
        self, device_codes: Sequence[str], *, max_age_seconds: float | None = None
    ) -> Sequence[DeviceDetails | None]:
        """Return the details of each device, in order; None for a device that is not registered, or not known.

        They are at most half a minute old. While the master data is unavailable, those known before are returned.

        Raises:
            StoreError: the master data is unavailable, and ``max_age_seconds`` is 0.
        """
        ...


class LiveDeviceDetails(CachedDeviceDetails, Protocol):
    """The details of devices for views, which are encoded without waiting."""

    def known(self, device_codes: Sequence[str]) -> Sequence[DeviceDetails | None]:
        """Return the details that are known now, in order, and read old ones again in the background."""
        ...


class LiveTeams(Protocol):
    """The members of teams for filtered subscriptions and views, from a cache."""

    async def members(self, device_type: DeviceType, team_name: str) -> TeamMembers:
        """Return the members of a team, at most one sampling period old unless the master data is unavailable.

        Raises:
            StoreError: the master data is unavailable, and the members are not known.
        """
        ...

    def known_members(self, device_type: DeviceType, team_name: str) -> TeamMembers | None:
        """Return the members that are known now, if any, and read them again in the background if they are old."""
        ...
