"""Pages of one snapshot, each made once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from zlib import crc32

from cachetools import LRUCache

from arcbeat.caching import CachedValue
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.devices import DevicePage
from arcbeat.domain.readings.latest import LatestPage, LatestRow, PageQuery, ReadingFilter, Source, state_of
from arcbeat.domain.readings.snapshots import Snapshot

MAX_ROWS = 50_000
"""On the pages that are kept; one that is longer by itself is made for each who asks."""
MAX_FILTERS = 32
SEPARATOR = "\0"
"""No code holds it."""

Codes = Sequence[str]


class EncodedPages:
    """What pages need of a snapshot besides its rows."""

    def __init__(self, device_type: DeviceType, snapshot: Snapshot) -> None:
        self.device_type = device_type
        self.snapshot = snapshot
        self._codes = tuple(snapshot.rows)
        self._version = f"{snapshot.stream_id}.{snapshot.seq}"
        self._fitting: LRUCache[ReadingFilter, Codes] = LRUCache(MAX_FILTERS)
        self._pages: LRUCache[tuple[ReadingFilter, int, int], LatestPage] = LRUCache(
            MAX_ROWS, getsizeof=lambda page: 1 + len(page.rows)
        )

    def page(self, query: PageQuery) -> LatestPage:
        """Of all devices."""
        key = (query.readings, query.offset, query.limit)
        page = self._pages.get(key)
        if page is None:
            codes = self._fit(query.readings)
            page = self._page(codes[query.offset : query.offset + query.limit], len(codes))
            if len(page.rows) < MAX_ROWS:
                self._pages[key] = page
        return page

    def one(self, device_code: str) -> LatestPage | None:
        """Of one device; None when it is not in the snapshot."""
        return self._page((device_code,), 1) if device_code in self.snapshot.rows else None

    def narrowed(self, listed: CachedValue[DevicePage], query: PageQuery) -> LatestPage | None:
        """Of the devices that are listed, which are those of the page, or with a filter of readings all that fit; None
        when one of them is not in the snapshot yet."""
        codes: Codes = listed.value.device_codes
        if not all(code in self.snapshot.rows for code in codes):
            return None
        total = listed.value.total
        if query.readings:
            codes = self._matching(query.readings, codes)
            codes, total = codes[query.offset : query.offset + query.limit], len(codes)
        source = Source.MEMORY if listed.outdated else self.snapshot.source
        return replace(
            self._page(codes, total),
            sampled_at=min(self.snapshot.sampled_at, listed.asked_at),
            source=source,
            version=f"{self._version}.{source}.{total}.{crc32(SEPARATOR.join(codes).encode()):x}",
        )

    def _fit(self, where: ReadingFilter) -> Codes:
        if not where:
            return self._codes
        codes = self._fitting.get(where)
        if codes is None:
            codes = self._fitting[where] = self._matching(where, self._codes)
        return codes

    def _matching(self, where: ReadingFilter, codes: Iterable[str]) -> Codes:
        rows, device_type = self.snapshot.rows, self.device_type
        return tuple(
            code for code in codes if where.matches(state_of(device_type, rows[code].latest), rows[code].freshness)
        )

    def _page(self, codes: Codes, total: int) -> LatestPage:
        snapshot = self.snapshot
        rows = [snapshot.rows[code] for code in codes]
        return LatestPage(
            device_type=self.device_type,
            rows=[LatestRow(row.cached_latest(snapshot.sampled_at), row.freshness) for row in rows],
            total=total,
            sampled_at=snapshot.sampled_at,
            source=snapshot.source,
            version=self._version,
        )
