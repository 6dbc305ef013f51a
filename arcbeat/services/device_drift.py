"""Compares the registered devices of a type with those of the readings store, in slices: there may be 500 000."""

from collections.abc import Mapping, Sequence

from arcbeat.domain.catalogue.drift import DeviceDrift, DeviceDriftPage, DriftKind
from arcbeat.domain.schema.super_tables import Subtable
from arcbeat.slices import slices, sort_in_slices


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
    async for part in slices(tuple(registered)):
        codes += (code for code in part if code not in stored)
    async for part in slices(tuple(stored)):
        codes += (code for code in part if code not in registered)
    return codes
