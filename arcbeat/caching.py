"""What stores said last: good for a sampling, and for much longer while they are away."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from cachetools import LRUCache

from arcbeat.concurrency import deadline
from arcbeat.domain.errors import AWAY_ERRORS
from arcbeat.domain.time.clock import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)

MAX_OUTDATED = timedelta(hours=1)
"""What is older is no help any more, and the failure is told instead."""

PATIENCE_SECONDS = 2.0
"""A store that has not answered by then counts as away for whom it told something before; it goes on being asked."""


def is_recent(asked_at: datetime, now: datetime, max_age: timedelta) -> bool:
    """Whether it was asked within ``max_age``; what was asked in the future was asked before the clock was set back."""
    return timedelta(0) <= now - asked_at < max_age


@dataclass(frozen=True, slots=True)
class CachedValue(Generic[V_co]):
    """A value and when its store was asked for it.

    Attributes:
        outdated: it counts only while the store is away.
    """

    value: V_co
    asked_at: datetime
    outdated: bool = False


class ReadThroughCache(Generic[K, V]):
    """Values by key, read through: the same question is asked once at a time and once a sampling.

    Args:
        max_age_seconds: how long a value is good for unless a caller says otherwise.
        max_entries: the least recently used go first.
    """

    def __init__(self, clock: Clock, *, max_age_seconds: float, max_entries: int) -> None:
        self._clock = clock
        self._max_age = timedelta(seconds=max_age_seconds)
        self._known: LRUCache[K, CachedValue[V]] = LRUCache(max_entries)
        self._asking: dict[K, asyncio.Task[CachedValue[V]]] = {}
        self._expirations = 0

    def __len__(self) -> int:
        return len(self._known)

    def expire(self) -> None:
        """Ask again before anything is used again: somebody has written, and what is being asked just now may be
        older than that."""
        self._expirations += 1
        self._asking.clear()
        for key, known in list(self._known.items()):
            self._known[key] = replace(known, outdated=True)

    async def get(
        self, key: K, ask: Callable[[], Awaitable[V]], max_age_seconds: float | None = None
    ) -> CachedValue[V]:
        """The value, at most ``max_age_seconds`` old unless its store is away; 0 asks, whatever is known.

        Raises:
            StoreError: the store is away and nothing is known, or 0 was given.
        """
        max_age = self._max_age if max_age_seconds is None else timedelta(seconds=max_age_seconds)
        if not max_age:
            return await self._ask(key, ask)
        known = self._recall(key, max_age)
        if known is not None and not known.outdated:
            return known
        outdated = self._recall(key, MAX_OUTDATED)
        try:
            async with deadline(None if outdated is None else PATIENCE_SECONDS):
                return await asyncio.shield(self._shared(key, ask))
        except AWAY_ERRORS:
            if outdated is None:
                raise
            return CachedValue(outdated.value, outdated.asked_at, outdated=True)

    def _recall(self, key: K, max_age: timedelta) -> CachedValue[V] | None:
        known = self._known.get(key)
        return known if known is not None and is_recent(known.asked_at, self._clock(), max_age) else None

    async def _ask(self, key: K, ask: Callable[[], Awaitable[V]]) -> CachedValue[V]:
        asked_at, expirations = self._clock(), self._expirations
        remembered = CachedValue(await ask(), asked_at)
        if expirations == self._expirations:
            self._known[key] = remembered
        return remembered

    def _shared(self, key: K, ask: Callable[[], Awaitable[V]]) -> asyncio.Task[CachedValue[V]]:
        # shielded where it is awaited: others may wait for the same answer when this client goes away
        if key not in self._asking:
            task = asyncio.create_task(self._ask(key, ask))
            task.add_done_callback(lambda done: self._answered(key, done))
            self._asking[key] = task
        return self._asking[key]

    def _answered(self, key: K, done: asyncio.Task[CachedValue[V]]) -> None:
        if self._asking.get(key) is done:
            del self._asking[key]
        if not done.cancelled():
            done.exception()  # who waits is told; when everybody has gone, asyncio need not complain
