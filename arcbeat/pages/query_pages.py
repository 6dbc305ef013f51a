"""Pages of newest readings: the type, the devices of the page, and one batch for their readings."""

from collections.abc import Iterable, Sequence, Sized
from datetime import datetime

from arcbeat.caching import CachedValue, ReadThroughCache
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.devices import Device, DeviceFilter, DevicePage
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.readings.latest import (
    CachedLatest,
    LatestPage,
    LatestRow,
    PageQuery,
    ReadingFilter,
    Source,
    state_of,
)
from arcbeat.domain.readings.ports import LatestSource
from arcbeat.domain.time.clock import Clock
from arcbeat.pages.latest_cache import LatestBatch, LatestCache
from arcbeat.realtime.sampling.sample import MAX_DEVICES

MAX_TYPES = 1_000
MAX_PAGES = 5_000
MAX_LISTINGS = 20
"""Of all devices that fit; each may be long."""
MAX_SINGLE_DEVICES = 20_000

Parts = Sequence[CachedValue[object]]
Listed = CachedValue[DevicePage]
Key = tuple[tuple[str, ...], DeviceFilter, int, int]


class QueryPages:
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
        self._clock = clock
        self._latest = LatestCache(store, clock, max_age_seconds=max_age_seconds)
        self._types: ReadThroughCache[str, DeviceType] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, max_entries=MAX_TYPES
        )
        self._pages: ReadThroughCache[Key, DevicePage] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, max_entries=MAX_PAGES
        )
        self._listings: ReadThroughCache[Key, DevicePage] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, max_entries=MAX_LISTINGS
        )
        self._singles: ReadThroughCache[str, Device] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, max_entries=MAX_SINGLE_DEVICES
        )

    def sizes(self) -> dict[str, float]:
        """How many entries are remembered, by kind."""
        kinds: dict[str, Sized] = {
            "types": self._types,
            "pages": self._pages,
            "listings": self._listings,
            "devices": self._singles,
            "readings": self._latest,
        }
        return {kind: float(len(memory)) for kind, memory in kinds.items()}

    def expire_types(self) -> None:
        """Somebody has changed the catalogue; the next page of a type asks what it is like now."""
        self._types.expire()

    async def page(self, query: PageQuery) -> LatestPage:
        known = await self.type_of(query.type_code)
        listed = await self.listed(known.value, query)
        sampled = await self._latest.read(known.value.super_table, listed.value.device_codes, query.max_age_seconds)
        rows = self._judged(known.value, sampled.rows)
        if not query.readings:
            return _page(known.value, rows, listed.value.total, sampled, (known, listed))
        fitting = _fitting(known.value, query.readings, rows)
        shown = fitting[query.offset : query.offset + query.limit]
        return _page(known.value, shown, len(fitting), sampled, (known, listed))

    async def one(self, device_code: str, *, max_age_seconds: float | None) -> LatestPage:
        device = await self._singles.get(device_code, lambda: self._devices.get(device_code), max_age_seconds)
        known = await self.type_of(device.value.device_type)
        sampled = await self._latest.read(known.value.super_table, (device_code,), max_age_seconds)
        return _page(known.value, self._judged(known.value, sampled.rows), 1, sampled, (device, known))

    async def type_of(self, type_code: str) -> CachedValue[DeviceType]:
        """At most a sampling old, however new the readings are to be: it says how to read them, and is none."""
        return await self._types.get(type_code, lambda: self._catalogue.get_type(type_code))

    async def listed(self, device_type: DeviceType, query: PageQuery) -> Listed:
        """The devices of a page; where readings are filtered, all devices that match, since any may be on the page."""
        pages, offset, limit = self._pages, query.offset, query.limit
        if query.readings:
            pages, offset, limit = self._listings, 0, MAX_DEVICES
        return await pages.get(
            (device_type.spellings, query.devices, offset, limit),
            lambda: self._devices.page(device_type, query.devices, offset=offset, limit=limit),
            query.max_age_seconds,
        )

    def _judged(self, device_type: DeviceType, rows: Iterable[CachedLatest]) -> Sequence[LatestRow]:
        judge = device_type.thresholds.classifier(self._clock())
        return [LatestRow(row, judge(row.latest.reading.ts if row.latest else None)) for row in rows]


def _fitting(device_type: DeviceType, where: ReadingFilter, rows: Iterable[LatestRow]) -> Sequence[LatestRow]:
    return [row for row in rows if where.matches(state_of(device_type, row.cached.latest), row.freshness)]


def _page(
    device_type: DeviceType, rows: Sequence[LatestRow], total: int, sampled: LatestBatch, parts: Parts
) -> LatestPage:
    outdated = sampled.outdated or any(part.outdated for part in parts)
    sampled_at: datetime = min(sampled.asked_at, *(part.asked_at for part in parts))
    source = Source.MEMORY if outdated else Source.QUERY
    return LatestPage(device_type=device_type, rows=rows, total=total, sampled_at=sampled_at, source=source)
