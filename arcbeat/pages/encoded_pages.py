"""Pages that are made from one snapshot, each of them once, so that its encoded forms are shared by all requests."""

from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

from cachetools import LRUCache

from arcbeat.caching import CachedValue
from arcbeat.concurrency import SingleFlight
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.devices import ALL_DEVICES, DevicePage
from arcbeat.domain.readings.latest import LatestPage, LatestRow, PageQuery, ReadingFilter, Source
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.domain.readings.sorting import ReadingSort
from arcbeat.pages.selecting import filter_devices, sort_devices
from arcbeat.slices import slices

CACHED_ROWS_MAX = 50_000
"""Rows of all cached pages of a snapshot. A page with more rows is made anew for each request."""
CACHED_FILTERS_MAX = 32
SEPARATOR = "\0"
"""A character that no device code contains."""

Codes = Sequence[str]
PageKey = tuple[ReadingFilter | None, ReadingSort | None, int, int]


class EncodedPages:
    """The pages of one snapshot."""

    def __init__(self, device_type: DeviceType, snapshot: Snapshot) -> None:
        self.device_type = device_type
        self.snapshot = snapshot
        self._codes = tuple(snapshot.rows)
        self._version = f"{snapshot.stream_id}.{snapshot.seq}"
        self._selected_codes: LRUCache[tuple[ReadingFilter, ReadingSort | None], Codes] = LRUCache(CACHED_FILTERS_MAX)
        self._selecting: SingleFlight[tuple[ReadingFilter, ReadingSort | None], Codes] = SingleFlight(
            self._selected_codes.update
        )
        self._pages: LRUCache[PageKey, LatestPage] = LRUCache(
            CACHED_ROWS_MAX, getsizeof=lambda page: 1 + len(page.rows)
        )

    def known(self, query: PageQuery) -> LatestPage | None:
        """Return a page of all devices of the type, if it was made before."""
        if query.device_codes is not None or query.devices != ALL_DEVICES:
            return None
        try:
            return self._pages[_key(query)]
        except KeyError:
            return None

    async def page(self, query: PageQuery) -> LatestPage:
        """Return a page of all devices of the type; which devices the query includes is ignored."""
        page = self._pages.get(_key(query))
        if page is None:
            codes = await self._of_all(query)
            page = await self._page(codes[query.offset : query.offset + query.limit], len(codes))
            if len(page.rows) < CACHED_ROWS_MAX:
                self._pages[_key(query)] = page
        return page

    async def one(self, device_code: str) -> LatestPage | None:
        """Return a page of one device; None if the device is not in the snapshot."""
        return await self._page((device_code,), 1) if device_code in self.snapshot.rows else None

    async def of_codes(self, query: PageQuery) -> LatestPage | None:
        """Return a page of the devices that the query lists; None if the snapshot lacks one of them."""
        wanted = query.device_codes or ()
        if not all(map(self.snapshot.rows.__contains__, wanted)):
            return None
        return await self._page_of(await self._selected(query, sorted(wanted)), query)

    async def of_devices(self, listed: CachedValue[DevicePage], query: PageQuery) -> LatestPage | None:
        """Return a page of listed devices; None if the snapshot lacks one of them, because it was registered just now.

        Args:
            listed: the devices of the page; if the query needs all devices, all that it may contain.
        """
        codes: Codes = listed.value.device_codes
        if not all(map(self.snapshot.rows.__contains__, codes)):
            return None
        total = listed.value.total
        if query.needs_all_devices:
            codes = await self._selected(query, codes)
            codes, total = codes[query.offset : query.offset + query.limit], len(codes)
        source = Source.MEMORY if listed.outdated else self.snapshot.source
        return replace(
            await self._page(codes, total),
            sampled_at=min(self.snapshot.sampled_at, listed.read_at),
            source=source,
            # The devices can change within one snapshot, and then the version must change with them.
            version=f"{self._version}.{source}.{total}.{_checksum(codes)}",
        )

    async def _page_of(self, codes: Codes, query: PageQuery) -> LatestPage:
        page = await self._page(codes[query.offset : query.offset + query.limit], len(codes))
        return replace(page, version=f"{self._version}.{_checksum(codes)}")

    async def _of_all(self, query: PageQuery) -> Codes:
        if not query.readings and query.sort is None:
            return self._codes
        key = (query.readings, query.sort)
        codes = self._selected_codes.get(key)
        if codes is None:
            codes = await self._selecting.run(key, lambda: self._selected(query, self._codes))
        return codes

    async def _selected(self, query: PageQuery, codes: Codes) -> Codes:
        """Return those of the codes that match the filter of the query, in its order."""
        rows, device_type = self.snapshot.rows, self.device_type
        codes = await filter_devices(
            codes, query.readings, device_type, lambda code: (rows[code], rows[code].freshness)
        )
        return await sort_devices(codes, query.sort, device_type, rows.__getitem__)

    async def _page(self, codes: Codes, total: int) -> LatestPage:
        snapshot = self.snapshot
        rows: list[LatestRow] = []
        async for part in slices(codes):
            rows += [LatestRow(row, row.freshness) for row in map(snapshot.rows.__getitem__, part)]
        return LatestPage(
            device_type=self.device_type,
            rows=rows,
            total=total,
            sampled_at=snapshot.sampled_at,
            source=snapshot.source,
            version=self._version,
        )


def _key(query: PageQuery) -> PageKey:
    # None, because it is hashed faster than an empty filter.
    return (query.readings or None, query.sort, query.offset, query.limit)


def _checksum(codes: Codes) -> str:
    return f"{crc32(SEPARATOR.join(codes).encode()):x}"
