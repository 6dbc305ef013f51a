"""Pages of newest readings from the stores: the device type, the devices of the page, and one batch of readings."""

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
    Source,
)
from arcbeat.domain.readings.ports import LatestSource
from arcbeat.domain.time.clock import Clock
from arcbeat.pages.latest_cache import LatestBatch, LatestCache
from arcbeat.pages.selecting import filter_devices, sort_devices
from arcbeat.realtime.sampling.sample import DEVICES_MAX

TYPES_MAX = 1_000
DEVICE_PAGES_MAX = 5_000
DEVICE_LISTS_MAX = 20
"""Each of them may list all devices of a type."""
SINGLE_DEVICES_MAX = 20_000
CODE_LISTS_MAX = 200
"""Each of them may have 500 device codes."""

Parts = Sequence[CachedValue[object]]
DeviceList = CachedValue[DevicePage]
CodeListKey = tuple[tuple[str, ...], tuple[str, ...]]
DeviceListKey = tuple[tuple[str, ...], DeviceFilter, int, int]


class QueryPages:
    """Implements the LatestPages port.

    Every part of a page comes through a cache, so that a repeated page within one sampling period costs no query.
    """

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
            clock, max_age_seconds=max_age_seconds, entries_max=TYPES_MAX
        )
        self._device_pages: ReadThroughCache[DeviceListKey, DevicePage] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, entries_max=DEVICE_PAGES_MAX
        )
        self._device_lists: ReadThroughCache[DeviceListKey, DevicePage] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, entries_max=DEVICE_LISTS_MAX
        )
        self._single_devices: ReadThroughCache[str, Device] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, entries_max=SINGLE_DEVICES_MAX
        )

        self._code_lists: ReadThroughCache[CodeListKey, DevicePage] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, entries_max=CODE_LISTS_MAX
        )

    def sizes(self) -> dict[str, float]:
        """Return the number of cached entries by kind."""
        kinds: dict[str, Sized] = {
            "types": self._types,
            "pages": self._device_pages,
            "listings": self._device_lists,
            "code_lists": self._code_lists,
            "devices": self._single_devices,
            "readings": self._latest,
        }
        return {kind: float(len(cache)) for kind, cache in kinds.items()}

    def expire_types(self) -> None:
        """Read each device type again before it is next used, because the catalogue was changed."""
        self._types.expire()

    async def page(self, query: PageQuery) -> LatestPage:
        device_type = await self.type_of(query.type_code)
        listed = await self.listed(device_type.value, query)
        latest = await self._latest.read(
            device_type.value.super_table, listed.value.device_codes, query.max_age_seconds
        )
        rows = self._rows(device_type.value, latest.rows)
        if not query.needs_all_devices:
            return _page(device_type.value, rows, listed.value.total, latest, (device_type, listed))
        selected = await _selected(device_type.value, query, rows)
        shown = selected[query.offset : query.offset + query.limit]
        return _page(device_type.value, shown, len(selected), latest, (device_type, listed))

    async def one(self, device_code: str, *, max_age_seconds: float | None) -> LatestPage:
        device = await self._single_devices.get(device_code, lambda: self._devices.get(device_code), max_age_seconds)
        device_type = await self.type_of(device.value.device_type)
        latest = await self._latest.read(device_type.value.super_table, (device_code,), max_age_seconds)
        return _page(device_type.value, self._rows(device_type.value, latest.rows), 1, latest, (device, device_type))

    async def type_of(self, type_code: str) -> CachedValue[DeviceType]:
        """Return the device type with this code or alias.

        It is at most one sampling period old whatever age a request asks for: that is an age of readings.
        """
        return await self._types.get(type_code, lambda: self._catalogue.get_type(type_code))

    async def listed(self, device_type: DeviceType, query: PageQuery) -> DeviceList:
        """Return the devices of a page; if the query needs all devices, all that match its other filters.

        Which of these are on the page is known only after their readings were filtered and sorted.
        """
        if query.device_codes is not None:
            return await self._registered(device_type, query.device_codes, query.max_age_seconds)
        cache, offset, limit = self._device_pages, query.offset, query.limit
        if query.needs_all_devices:
            cache, offset, limit = self._device_lists, 0, DEVICES_MAX
        return await cache.get(
            (device_type.spellings, query.devices, offset, limit),
            lambda: self._devices.page(device_type, query.devices, offset=offset, limit=limit),
            query.max_age_seconds,
        )

    async def _registered(
        self, device_type: DeviceType, device_codes: tuple[str, ...], max_age_seconds: float | None
    ) -> DeviceList:
        async def load() -> DevicePage:
            codes = tuple(sorted(await self._devices.registered(device_type, device_codes)))
            return DevicePage(codes, len(codes))

        return await self._code_lists.get((device_type.spellings, device_codes), load, max_age_seconds)

    def _rows(self, device_type: DeviceType, cached: Iterable[CachedLatest]) -> Sequence[LatestRow]:
        classify = device_type.thresholds.classifier(self._clock())
        return [LatestRow(row, classify(row.latest.reading.ts if row.latest else None)) for row in cached]


async def _selected(device_type: DeviceType, query: PageQuery, rows: Sequence[LatestRow]) -> Sequence[LatestRow]:
    """Return those of the rows that match the filter of the query, in its order."""
    rows = await filter_devices(rows, query.readings, device_type, lambda row: (row.cached, row.freshness))
    return await sort_devices(rows, query.sort, device_type, lambda row: row.cached)


def _page(
    device_type: DeviceType, rows: Sequence[LatestRow], total: int, latest: LatestBatch, parts: Parts
) -> LatestPage:
    """Return a page that is as old, and as outdated, as the oldest of the parts it is made of."""
    outdated = latest.outdated or any(part.outdated for part in parts)
    sampled_at: datetime = min(latest.read_at, *(part.read_at for part in parts))
    source = Source.MEMORY if outdated else Source.QUERY
    return LatestPage(device_type=device_type, rows=rows, total=total, sampled_at=sampled_at, source=source)
