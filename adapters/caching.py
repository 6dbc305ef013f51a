"""Caches of what another server knows, as policies on :class:`arcbeat.concurrency.SingleFlight`.

Both load a value once for all callers. They differ when it cannot be loaded again: FailClosedCache stops returning a
value that has become too old, StaleWhileRefreshingCache returns the old value for as long as it has one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import structlog
from cachetools import LRUCache

from arcbeat.concurrency import SingleFlight
from arcbeat.domain.errors import StoreError, StoreUnavailable

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

logger = structlog.get_logger(__name__)

ENTRIES_MAX = 256
ONLY_KEY: Final = None
"""The key of the one value of a FailClosedCache."""


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    """A value, and when its load started by a monotonic clock."""

    value: V
    loaded_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLimits:
    """How old a value may be, and how long callers wait, in seconds.

    Attributes:
        fresh_seconds: a value that is younger is returned without loading it again.
        retry_seconds: the least time between the starts of two loads.
        wait_seconds_max: how long a caller waits for a load if there is a value to fall back on.
        age_seconds_max: a value that is older is never returned.
    """

    fresh_seconds: float
    retry_seconds: float
    wait_seconds_max: float
    age_seconds_max: float


class FailClosedCache(Generic[V]):
    """One value, loaded on demand. When it cannot be loaded again, it is returned until it is too old, then never."""

    def __init__(
        self,
        name: str,
        load: Callable[[], Awaitable[V]],
        limits: CacheLimits,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``name`` is for logs and errors."""
        self._name = name
        self._load = load
        self._limits = limits
        self._monotonic = monotonic
        self._entry: _Entry[V] | None = None
        self._started_at = float("-inf")
        self._error: Exception | None = None
        self._flight: SingleFlight[None, _Entry[V]] = SingleFlight(self._store)

    async def get(self, fresh_seconds: float | None = None) -> V:
        """Return the value; ``fresh_seconds`` defaults to that of the limits.

        Raises:
            StoreUnavailable: there is no value, or it is too old, and it cannot be loaded.
        """
        fresh = self._limits.fresh_seconds if fresh_seconds is None else fresh_seconds
        entry, now = self._entry, self._monotonic()
        if entry is None or now - entry.loaded_at > fresh:
            await self._refresh()
            entry = self._entry
        if entry is None or now - entry.loaded_at > self._limits.age_seconds_max:
            raise StoreUnavailable(f"The {self._name} cannot be read.") from self._error
        return entry.value

    async def aclose(self) -> None:
        """Cancel the load in flight."""
        await self._flight.aclose()

    async def _refresh(self) -> None:
        """Join the load in flight, or start one if the last did not start just now; wait for it, but not too long."""
        if ONLY_KEY not in self._flight:
            if self._monotonic() - self._started_at < self._limits.retry_seconds:
                return
            self._started_at = self._monotonic()
        load = self._flight.start(ONLY_KEY, self._load_entry)
        # asyncio.wait does not raise the error of the load: the caller may still fall back on the old value.
        await asyncio.wait({load}, timeout=self._wait_seconds())

    def _wait_seconds(self) -> float | None:
        entry, now = self._entry, self._monotonic()
        if entry is None or now - entry.loaded_at > self._limits.age_seconds_max:
            return None  # nothing to fall back on: wait until the load has ended
        return max(self._started_at + self._limits.wait_seconds_max - now, 0.0)

    async def _load_entry(self) -> _Entry[V]:
        started_at = self._started_at
        try:
            return _Entry(await self._load(), started_at)
        except Exception as error:
            self._error = error
            _log_failure(error, what=self._name)
            raise

    def _store(self, loaded: Mapping[None, _Entry[V]]) -> None:
        self._entry, self._error = loaded[ONLY_KEY], None


class StaleWhileRefreshingCache(Generic[K, V]):
    """Values by key. A stale value is returned at once while it is loaded again, and also when that fails."""

    def __init__(
        self,
        name: str,
        load: Callable[[K], Awaitable[V]],
        *,
        fresh_seconds: float,
        entries_max: int = ENTRIES_MAX,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``name`` is for logs. The least recently used of more than ``entries_max`` values are dropped."""
        self._name = name
        self._load = load
        self._fresh_seconds = fresh_seconds
        self._monotonic = monotonic
        self._entries: LRUCache[K, _Entry[V]] = LRUCache(entries_max)
        self._flight: SingleFlight[K, _Entry[V]] = SingleFlight(self._entries.update)

    async def get(self, key: K) -> V:
        """Return the value of ``key``.

        Raises:
            StoreError: there is no value yet, and it cannot be loaded.
        """
        entry = self._entries.get(key)
        if entry is None:
            entry = await self._flight.run(key, lambda: self._load_entry(key))
        elif self._monotonic() - entry.loaded_at > self._fresh_seconds:
            self._flight.start(key, lambda: self._load_entry(key))
        return entry.value

    def forget(self, key: K) -> None:
        """Load the value again before it is next returned. A load that is in flight may be too old, and is not used."""
        self._entries.pop(key, None)
        self._flight.forget(key)

    async def aclose(self) -> None:
        """Cancel the loads in flight; callers that wait for one get CancelledError."""
        await self._flight.aclose()

    async def _load_entry(self, key: K) -> _Entry[V]:
        started_at = self._monotonic()
        try:
            return _Entry(await self._load(key), started_at)
        except Exception as error:
            _log_failure(error, what=self._name, key=str(key))
            raise


def _log_failure(error: Exception, **fields: str) -> None:
    """Log a load that failed, with a traceback unless it is an error that stores are expected to raise."""
    unexpected = None if isinstance(error, StoreError) else error
    logger.warning("refresh_failed", **fields, error=str(error), exc_info=unexpected)
