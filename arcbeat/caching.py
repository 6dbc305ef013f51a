"""A cache in front of a store: short-lived while the store responds, and a fallback while it does not."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from cachetools import LRUCache

from arcbeat.concurrency import SingleFlight, deadline
from arcbeat.domain.errors import OUTAGE_ERRORS
from arcbeat.domain.time.clock import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)

OUTDATED_MAX = timedelta(hours=1)
"""While a store is unavailable, values up to this age are returned; with only older ones, its error is raised."""

WAIT_SECONDS_MAX = 2.0
"""A store that has not responded after this time counts as unavailable if there is a value to fall back on. The call
continues, so that a later caller gets its result."""


def is_recent(read_at: datetime, now: datetime, max_age: timedelta) -> bool:
    """Return whether ``read_at`` is less than ``max_age`` ago.

    A time in the future was recorded before the clock was set back; how long ago that was is unknown, so it does not
    count as recent.
    """
    return timedelta(0) <= now - read_at < max_age


@dataclass(frozen=True, slots=True)
class CachedValue(Generic[V_co]):
    """A value from a store.

    Attributes:
        read_at: when the call to the store started; the value was true then or later.
        outdated: whether the value is returned only because the store is unavailable.
    """

    value: V_co
    read_at: datetime
    outdated: bool = False


class ReadThroughCache(Generic[K, V]):
    """Values by key. A missing or old value is loaded, once for all callers that ask for it at the same time.

    Args:
        max_age_seconds: the default age up to which a value is returned without loading it again.
        entries_max: the size of the cache; the least recently used values are dropped.
    """

    def __init__(self, clock: Clock, *, max_age_seconds: float, entries_max: int) -> None:
        self._clock = clock
        self._max_age = timedelta(seconds=max_age_seconds)
        self._entries: LRUCache[K, CachedValue[V]] = LRUCache(entries_max)
        self._flight: SingleFlight[K, CachedValue[V]] = SingleFlight(self._entries.update)

    def __len__(self) -> int:
        return len(self._entries)

    def expire(self) -> None:
        """Load every value again before it is next returned, because the store was written to.

        Loads that are in flight may have read the store before it was written to; their results are not kept. The
        values stay as a fallback while the store is unavailable.
        """
        self._flight.forget_all()
        for key, cached in list(self._entries.items()):
            self._entries[key] = replace(cached, outdated=True)

    async def get(
        self, key: K, load: Callable[[], Awaitable[V]], max_age_seconds: float | None = None
    ) -> CachedValue[V]:
        """Return the value of ``key``, which is older than ``max_age_seconds`` only if the store is unavailable.

        With ``max_age_seconds=0`` the value is loaded in any case, and never outdated.

        Raises:
            StoreError: the store is unavailable and there is no value to fall back on, or ``max_age_seconds`` is 0.
        """
        max_age = self._max_age if max_age_seconds is None else timedelta(seconds=max_age_seconds)
        if not max_age:
            # A call that is in flight may have started before the write that the caller wants to see.
            return await self._flight.run(key, lambda: self._load(load), join=False)
        cached = self._find(key, max_age)
        if cached is not None and not cached.outdated:
            return cached
        fallback = self._find(key, OUTDATED_MAX)
        try:
            async with deadline(None if fallback is None else WAIT_SECONDS_MAX):
                return await self._flight.run(key, lambda: self._load(load))
        except OUTAGE_ERRORS:
            if fallback is None:
                raise
            return replace(fallback, outdated=True)

    def known(self, key: K, load: Callable[[], Awaitable[V]]) -> V | None:
        """Return the value of ``key`` at once, if it is cached; an old one is loaded again in the background.

        It is older than the usual age until the load has ended, and older than `OUTDATED_MAX` never.
        """
        cached = self._find(key, self._max_age)
        if cached is None or cached.outdated:
            self._flight.start(key, lambda: self._load(load))
            cached = self._find(key, OUTDATED_MAX)
        return None if cached is None else cached.value

    def _find(self, key: K, max_age: timedelta) -> CachedValue[V] | None:
        cached = self._entries.get(key)
        return cached if cached is not None and is_recent(cached.read_at, self._clock(), max_age) else None

    async def _load(self, load: Callable[[], Awaitable[V]]) -> CachedValue[V]:
        read_at = self._clock()
        return CachedValue(await load(), read_at)
