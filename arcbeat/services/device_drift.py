"""Compares the registered devices of a type with those of the readings store, in slices: there may be 500 000."""

from collections.abc import Mapping, Sequence

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.drift import DeviceDrift, DeviceDriftPage, DriftKind
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.super_tables import Subtable
from arcbeat.slices import release, slices, sort_in_slices


async def find_device_drift(
    devices: DeviceDirectory, telemetry: TelemetryStore, device_type: DeviceType, *, offset: int, limit: int
) -> DeviceDriftPage:
    """Return a page of the devices that only one side has.

    Raises:
        Conflict: the type has too many devices to compare.
        StoreError: a store is unavailable.
    """
    subtables = list(await telemetry.list_devices(device_type.super_table))
    found = await device_drift(await devices.all_codes(device_type), subtables, offset=offset, limit=limit)
    await release(subtables)
    return found


async def device_drift(
    registered: frozenset[str], subtables: Sequence[Subtable], *, offset: int, limit: int
) -> DeviceDriftPage:
    """Compare the codes of the registered devices with the subtables, which must be ordered by name."""
    stored: dict[str, str] = {}
    async for part in slices(subtables):
        for subtable in part:
            stored.setdefault(subtable.device_code, subtable.name)
    codes = await sort_in_slices(await _on_one_side(registered, stored))
    page = tuple(
        DeviceDrift(code, DriftKind.UNREGISTERED if code in stored else DriftKind.VANISHED, stored.get(code))
        for code in codes[offset : offset + limit]
    )
    return DeviceDriftPage(page, len(codes))


async def _on_one_side(registered: frozenset[str], stored: Mapping[str, str]) -> list[str]:
    """Return the codes that only one of the two contains."""
    codes: list[str] = []
    async for part in slices(registered):
        codes += (code for code in part if code not in stored)
    async for part in slices(stored):
        codes += (code for code in part if code not in registered)
    return codes
