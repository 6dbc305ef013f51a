"""Finds the devices that have rows dated in the future.

Page queries are bounded by the clock and do not see such rows, so that they are looked for in a statement of their own:
one per super table every few seconds, however many pages are read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cachetools import LRUCache

from adapters.tdengine import statements
from adapters.tdengine.reads import Reads
from adapters.tdengine.rows import to_device_codes
from arcbeat.concurrency import SingleFlight
from arcbeat.domain.schema.super_tables import SuperTable

FRESH_SECONDS = 5.0
"""The age from which the devices are looked for again: one sampling period."""
AGE_SECONDS_MAX = 30.0
"""An older result is not used; until then it is, while the devices are looked for again."""
TABLES_MAX = 256


@dataclass(frozen=True, slots=True)
class _SearchResult:
    device_codes: frozenset[str]
    searched_at: float


class SkewedDevices:
    """The devices of a super table that have rows dated in the future, at most a few seconds old."""

    def __init__(self, reads: Reads, monotonic: Callable[[], float]) -> None:
        self._reads = reads
        self._monotonic = monotonic
        self._found: LRUCache[SuperTable, _SearchResult] = LRUCache(TABLES_MAX)
        self._flight: SingleFlight[SuperTable, _SearchResult] = SingleFlight(self._store)

    async def get(self, table: SuperTable, horizon: datetime) -> frozenset[str]:
        """Return the codes of the devices that have rows later than ``horizon``.

        Raises:
            StoreError: no recent result is known, and TDengine did not respond or responded with an error.
        """
        known = self.known(table, horizon)
        if known is None:
            return (await self._flight.run(table, lambda: self._search(table, horizon))).device_codes
        return known

    def known(self, table: SuperTable, horizon: datetime) -> frozenset[str] | None:
        """Return the same at once, if a recent result is known; an older one is searched again in the background."""
        found, now = self._found.get(table), self._monotonic()
        if found is None or now - found.searched_at > AGE_SECONDS_MAX:
            return None
        if now - found.searched_at > FRESH_SECONDS:
            self._flight.start(table, lambda: self._search(table, horizon))
        return found.device_codes

    async def aclose(self) -> None:
        """Cancel the searches in flight."""
        await self._flight.aclose()

    async def _search(self, table: SuperTable, horizon: datetime) -> _SearchResult:
        searched_at = self._monotonic()
        result = await self._reads.read(table, statements.devices_in_future(table, horizon))
        return _SearchResult(to_device_codes(result), searched_at)

    def _store(self, found: Mapping[SuperTable, _SearchResult]) -> None:
        self._found.update(found)
