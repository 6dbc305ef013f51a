"""A cache of newest readings by device: no device is read twice within a sampling period, or twice at the same time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from arcbeat.caching import OUTDATED_MAX, WAIT_SECONDS_MAX
from arcbeat.concurrency import SingleFlight, deadline
from arcbeat.domain.errors import OUTAGE_ERRORS
from arcbeat.domain.readings.latest import CachedLatest
from arcbeat.domain.readings.ports import LatestSource
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import Clock

TABLE_DEVICES_MAX = 200_000
"""Cached devices per super table; those that were read longest ago are dropped."""

Readings = Mapping[str, CachedLatest]
"""Newest readings by device code."""


@dataclass(frozen=True, slots=True)
class LatestBatch:
    """The newest readings of some devices.

    Attributes:
        rows: in the order of the requested devices.
        read_at: every row was the newest at this time or later.
        outdated: whether the rows are old because the store is unavailable.
    """

    rows: Sequence[CachedLatest]
    read_at: datetime
    outdated: bool = False


class LatestCache:
    """Newest readings by super table and device. Missing and old ones are read in one batch.

    Args:
        max_age_seconds: the default age up to which a reading is returned without reading it again.
        table_devices_max: the size of the cache of each super table.
    """

    def __init__(
        self,
        store: LatestSource,
        clock: Clock,
        *,
        max_age_seconds: float,
        table_devices_max: int = TABLE_DEVICES_MAX,
    ) -> None:
        self._store = store
        self._clock = clock
        self._max_age_seconds = max_age_seconds
        self._table_devices_max = table_devices_max
        self._tables: dict[SuperTable, _TableCache] = {}

    def __len__(self) -> int:
        return sum(len(table) for table in self._tables.values())

    async def read(
        self, table: SuperTable, device_codes: Sequence[str], max_age_seconds: float | None = None
    ) -> LatestBatch:
        """Return the newest readings, which are older than ``max_age_seconds`` only if the store is unavailable.

        With ``max_age_seconds=0`` all devices are read from the store. A device that is named twice is returned once.

        Raises:
            StoreError: the store is unavailable and some device is not cached, or ``max_age_seconds`` is 0.
        """
        cache = self._tables.get(table)
        if cache is None:
            cache = self._tables[table] = _TableCache(table, self._store, self._clock, self._table_devices_max)
        age = self._max_age_seconds if max_age_seconds is None else max_age_seconds
        return await cache.read(tuple(dict.fromkeys(device_codes)), timedelta(seconds=age))


class _TableCache:
    """The cached readings of one super table."""

    def __init__(self, table: SuperTable, store: LatestSource, clock: Clock, devices_max: int) -> None:
        self._table = table
        self._store = store
        self._clock = clock
        self._devices_max = devices_max
        # Ordered by when a device was last read. A plain dict: pages take hundreds of devices from it at a time.
        self._rows: dict[str, CachedLatest] = {}
        self._flight: SingleFlight[str, CachedLatest] = SingleFlight(self._store_rows)

    def __len__(self) -> int:
        return len(self._rows)

    async def read(self, codes: Sequence[str], max_age: timedelta) -> LatestBatch:
        if not max_age:
            # A call that is in flight may have started before the write that the caller wants to see.
            return self._batch(codes, await self._flight.run_many(codes, self._load, join=False))
        cached = self._find(codes, max_age)
        if len(cached) == len(codes):
            return self._batch(codes, cached)
        fallback = self._find(codes, OUTDATED_MAX)
        has_fallback = len(fallback) == len(codes)
        missing = [code for code in codes if code not in cached]
        try:
            async with deadline(WAIT_SECONDS_MAX if has_fallback else None):
                return self._batch(codes, {**cached, **await self._flight.run_many(missing, self._load)})
        except OUTAGE_ERRORS:
            if not has_fallback:
                raise
            return self._batch(codes, fallback, outdated=True)

    def _find(self, codes: Sequence[str], max_age: timedelta) -> Readings:
        # is_recent written out: a page may have hundreds of rows.
        now, rows = self._clock(), map(self._rows.get, codes)
        oldest = now - max_age
        return {row.device_code: row for row in rows if row is not None and oldest < row.read_at <= now}

    def _batch(self, codes: Sequence[str], readings: Readings, *, outdated: bool = False) -> LatestBatch:
        rows = [readings[code] for code in codes]
        return LatestBatch(rows, min((row.read_at for row in rows), default=self._clock()), outdated)

    async def _load(self, codes: Sequence[str]) -> Readings:
        read_at = self._clock()
        latest = await self._store.latest(self._table, codes)
        return {code: CachedLatest(code, latest.get(code), read_at) for code in codes}

    def _store_rows(self, rows: Readings) -> None:
        for (
            code
        ) in rows:  # a key that is assigned again keeps its position in a dict; removed first, it moves to the end
            self._rows.pop(code, None)
        self._rows.update(rows)
        for code in list(islice(self._rows, max(0, len(self._rows) - self._devices_max))):
            del self._rows[code]
