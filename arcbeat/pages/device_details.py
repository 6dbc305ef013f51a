"""A cache of the details of devices, for pages and views: no query per row, and at most one per batch of devices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import LRUCache

from arcbeat.caching import OUTDATED_MAX, WAIT_SECONDS_MAX, is_recent
from arcbeat.concurrency import SingleFlight, deadline
from arcbeat.domain.devices.devices import DeviceDetails
from arcbeat.domain.devices.ports import DeviceDetailsSource
from arcbeat.domain.errors import StoreError
from arcbeat.domain.time.clock import Clock

MAX_AGE_SECONDS = 30.0
"""The age up to which details are returned without reading them again. Master data is edited by people."""
DEVICES_MAX = 200_000
"""Devices whose details are cached; those that were used least recently are dropped."""


@dataclass(frozen=True, slots=True)
class _Cached:
    details: DeviceDetails | None
    read_at: datetime


class DeviceDetailsCache:
    """Implements the LiveDeviceDetails port.

    Details are an addition to readings, which do not need PostgreSQL: while it is unavailable, the last known details
    are returned, or None.
    """

    def __init__(self, devices: DeviceDetailsSource, clock: Clock) -> None:
        self._devices = devices
        self._clock = clock
        self._cached: LRUCache[str, _Cached] = LRUCache(DEVICES_MAX)
        self._flight: SingleFlight[str, _Cached] = SingleFlight(self._cached.update)

    def __len__(self) -> int:
        return len(self._cached)

    async def aclose(self) -> None:
        """Cancel the queries in flight."""
        await self._flight.aclose()

    async def read(
        self, device_codes: Sequence[str], *, max_age_seconds: float | None = None
    ) -> Sequence[DeviceDetails | None]:
        if max_age_seconds == 0:
            # A query that is in flight may have started before the write that the caller wants to see.
            loaded = await self._flight.run_many(device_codes, self._load, join=False)
            return [loaded[code].details for code in device_codes]
        max_age = MAX_AGE_SECONDS if max_age_seconds is None else min(max_age_seconds, MAX_AGE_SECONDS)
        old = self._older_than(device_codes, timedelta(seconds=max_age))
        loaded = await self._loaded_or_nothing(old) if old else {}
        return [self._details(code, loaded) for code in device_codes]

    def known(self, device_codes: Sequence[str]) -> Sequence[DeviceDetails | None]:
        """Return the details that are known now; those that are old are read again in the background."""
        if old := self._older_than(device_codes, timedelta(seconds=MAX_AGE_SECONDS)):
            self._flight.start_many(old, self._load)
        return [self._details(code, {}) for code in device_codes]

    def _details(self, code: str, loaded: Mapping[str, _Cached]) -> DeviceDetails | None:
        cached = loaded.get(code) or self._cached.get(code)
        if cached is None or not is_recent(cached.read_at, self._clock(), OUTDATED_MAX):
            return None
        return cached.details

    def _older_than(self, codes: Iterable[str], max_age: timedelta) -> list[str]:
        now, find = self._clock(), self._cached.get
        return [code for code in codes if (cached := find(code)) is None or not is_recent(cached.read_at, now, max_age)]

    async def _loaded_or_nothing(self, codes: Sequence[str]) -> Mapping[str, _Cached]:
        try:
            async with deadline(WAIT_SECONDS_MAX):
                return await self._flight.run_many(codes, self._load)
        except StoreError:
            return {}

    async def _load(self, codes: Sequence[str]) -> Mapping[str, _Cached]:
        read_at = self._clock()
        found = await self._devices.details(codes)
        return {code: _Cached(found.get(code), read_at) for code in codes}
