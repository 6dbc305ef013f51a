"""What another server knows, kept here for a while: read once for all who ask, and again when it is old."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog
from cachetools import LRUCache

from arcbeat.domain.errors import StoreError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    value: V
    read_at: float


class Refreshing(Generic[K, V]):
    """Values by key. One that is only stale goes on serving while it is read again, and when that fails."""

    def __init__(
        self,
        name: str,
        load: Callable[[K], Awaitable[V]],
        *,
        fresh_seconds: float,
        size_max: int = 256,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``name`` is for the log."""
        self._name = name
        self._load = load
        self._fresh_seconds = fresh_seconds
        self._monotonic = monotonic
        self._entries: LRUCache[K, _Entry[V]] = LRUCache(size_max)
        self._loads: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        """The value.

        Raises:
            StoreError: there is none yet, and it cannot be read.
        """
        entry = self._entries.get(key)
        if entry is None:
            # shielded: one caller that gives up must not fail the others
            return await asyncio.shield(self._start(key))
        if self._monotonic() - entry.read_at > self._fresh_seconds:
            self._start(key)
        return entry.value

    def forget(self, key: K) -> None:
        """Read it again before it is used again."""
        self._entries.pop(key, None)

    async def aclose(self) -> None:
        """Stop what is being read."""
        loads = list(self._loads.values())
        for load in loads:
            load.cancel()
        await asyncio.gather(*loads, return_exceptions=True)

    def _start(self, key: K) -> asyncio.Task[V]:
        if key not in self._loads:
            load = asyncio.create_task(self._read(key))
            load.add_done_callback(lambda done: self._finished(key, done))
            self._loads[key] = load
        return self._loads[key]

    async def _read(self, key: K) -> V:
        started_at = self._monotonic()
        value = await self._load(key)
        self._entries[key] = _Entry(value, started_at)
        return value

    def _finished(self, key: K, load: asyncio.Task[V]) -> None:
        del self._loads[key]
        if not load.cancelled() and (error := load.exception()) is not None:
            unexpected = None if isinstance(error, StoreError) else error
            logger.warning("refresh_failed", what=self._name, key=str(key), error=str(error), exc_info=unexpected)
