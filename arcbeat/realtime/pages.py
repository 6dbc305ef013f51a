"""Pages of newest readings: the type, the devices of the page, and one batch for their readings."""

from collections.abc import Sequence, Sized
from datetime import datetime

from arcbeat.domain.device_types import DeviceType
from arcbeat.domain.devices import Device, DeviceFilter, DevicePage
from arcbeat.domain.latest import LatestPage, Source
from arcbeat.domain.ports import Clock, DeviceCatalogue, DeviceDirectory, LatestSource
from arcbeat.realtime.latest import LatestMemory, Sampled
from arcbeat.realtime.memory import Memory, Remembered

MAX_TYPES = 1_000
MAX_PAGES = 5_000
MAX_SINGLE_DEVICES = 20_000


class MemorizedPages:
    """The LatestPages port: every part through a short memory, so that a page within a sampling costs no store."""

    def __init__(
        self,
        catalogue: DeviceCatalogue,
        devices: DeviceDirectory,
        store: LatestSource,
        clock: Clock,
        *,
        max_age_seconds: float,
    ) -> None:
        self._catalogue = catalogue
        self._devices = devices
        self._latest = LatestMemory(store, clock, max_age_seconds=max_age_seconds)
        self._types: Memory[str, DeviceType] = Memory(clock, max_age_seconds=max_age_seconds, max_entries=MAX_TYPES)
        self._pages: Memory[tuple[tuple[str, ...], DeviceFilter, int, int], DevicePage] = Memory(
            clock, max_age_seconds=max_age_seconds, max_entries=MAX_PAGES
        )
        self._singles: Memory[str, Device] = Memory(
            clock, max_age_seconds=max_age_seconds, max_entries=MAX_SINGLE_DEVICES
        )

    def sizes(self) -> dict[str, float]:
        """How many entries are remembered, by kind."""
        kinds: dict[str, Sized] = {
            "types": self._types,
            "pages": self._pages,
            "devices": self._singles,
            "readings": self._latest,
        }
        return {kind: float(len(memory)) for kind, memory in kinds.items()}

    def expire_types(self) -> None:
        """Somebody has changed the catalogue; the next page of a type asks what it is like now."""
        self._types.expire()

    async def page(
        self, type_code: str, where: DeviceFilter, *, offset: int, limit: int, max_age_seconds: float | None
    ) -> LatestPage:
        known = await self._type(type_code)
        key = (known.value.spellings, where, offset, limit)
        listed = await self._pages.get(
            key, lambda: self._devices.page(known.value, where, offset=offset, limit=limit), max_age_seconds
        )
        sampled = await self._latest.read(known.value.super_table, listed.value.device_codes, max_age_seconds)
        return _page(known.value, sampled, listed.value.total, (known, listed))

    async def one(self, device_code: str, *, max_age_seconds: float | None) -> LatestPage:
        device = await self._singles.get(device_code, lambda: self._devices.get(device_code), max_age_seconds)
        known = await self._type(device.value.device_type)
        sampled = await self._latest.read(known.value.super_table, (device_code,), max_age_seconds)
        return _page(known.value, sampled, 1, (device, known))

    async def _type(self, type_code: str) -> Remembered[DeviceType]:
        """At most a sampling old, however new the readings are to be: it says how to read them, and is none."""
        return await self._types.get(type_code, lambda: self._catalogue.get_type(type_code))


def _page(device_type: DeviceType, sampled: Sampled, total: int, parts: Sequence[Remembered[object]]) -> LatestPage:
    outdated = sampled.outdated or any(part.outdated for part in parts)
    sampled_at: datetime = min(sampled.asked_at, *(part.asked_at for part in parts))
    return LatestPage(device_type, sampled.rows, total, sampled_at, Source.MEMORY if outdated else Source.QUERY)
