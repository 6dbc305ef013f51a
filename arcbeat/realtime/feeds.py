"""The feeds of one process: a type is sampled while somebody watches it, and for a minute after a page asked for it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import structlog

from arcbeat.domain.ports import Clock
from arcbeat.domain.snapshots import Delta
from arcbeat.realtime.feed import Feed, FeedObserver
from arcbeat.realtime.sampling import Sampling
from arcbeat.realtime.ticks import Tick, ticks

IDLE = timedelta(seconds=60)
MAX_FEEDS = 200
"""Types that are sampled at a time; pages of others are asked for as they come."""

Listener = Callable[[Feed, Delta], None]
EndListener = Callable[[Feed], None]
TicksOf = Callable[[], AsyncIterator[Tick]]

logger = structlog.get_logger(__name__)


class Feeds:
    """Starts feeds when somebody wants them, and ends them when nobody does any more."""

    def __init__(
        self,
        sampling: Sampling,
        clock: Clock,
        *,
        period_seconds: float,
        observer: FeedObserver,
        ticks_of: TicksOf | None = None,
    ) -> None:
        self._sampling = sampling
        self._clock = clock
        self._period_seconds = period_seconds
        self._observer = observer
        self._ticks_of = ticks_of or partial(ticks, period_seconds, clock)
        self._listeners: list[Listener] = []
        self._end_listeners: list[EndListener] = []
        self._feeds: dict[str, Feed] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._watchers: Counter[str] = Counter()
        self._asked_at: dict[str, datetime] = {}

    def listen(self, listener: Listener) -> None:
        """Be given every delta of every feed."""
        self._listeners.append(listener)

    def listen_for_ends(self, listener: EndListener) -> None:
        """Be told of every feed that ends."""
        self._end_listeners.append(listener)

    @contextmanager
    def watched(self, type_code: str) -> Iterator[Feed]:
        """The feed of a type, which goes on for as long as this lasts."""
        self._watchers[type_code] += 1
        try:
            yield self._started(type_code)
        finally:
            self._watchers[type_code] -= 1
            if not self._watchers[type_code]:
                del self._watchers[type_code]

    def asked(self, type_code: str) -> Feed | None:
        """Its feed, because a page asks for it; None where there are too many already."""
        if type_code not in self._feeds and len(self._feeds) >= MAX_FEEDS:
            return None
        self._asked_at[type_code] = self._clock()
        return self._started(type_code)

    def sizes(self) -> dict[str, float]:
        """How many types are sampled, and how many devices they have."""
        snapshots = [feed.snapshot for feed in self._feeds.values()]
        return {
            "types": float(len(snapshots)),
            "devices": float(sum(len(each.rows) for each in snapshots if each is not None)),
        }

    async def aclose(self) -> None:
        """End all of them."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _started(self, type_code: str) -> Feed:
        if type_code not in self._feeds:
            feed = self._feeds[type_code] = Feed(
                type_code,
                self._sampling,
                self._clock,
                period_seconds=self._period_seconds,
                publish=self._tell,
                observer=self._observer,
            )
            self._running[type_code] = asyncio.create_task(self._run(feed))
        return self._feeds[type_code]

    async def _run(self, feed: Feed) -> None:
        try:
            if await feed.tick(Tick(0, self._clock(), 0)):  # at once: somebody is waiting for it
                await feed.run(self._while_wanted(feed.type_code))
        except Exception:
            # of one type; whoever asks for it again starts it again
            logger.exception("feed_failed", type_code=feed.type_code)
        finally:
            del self._feeds[feed.type_code], self._running[feed.type_code]
            feed.end()
            for listener in self._end_listeners:
                listener(feed)

    async def _while_wanted(self, type_code: str) -> AsyncIterator[Tick]:
        async for tick in self._ticks_of():
            if not self._is_wanted(type_code):
                return
            yield tick

    def _is_wanted(self, type_code: str) -> bool:
        if self._watchers[type_code] > 0:
            return True
        asked_at = self._asked_at.get(type_code)
        return asked_at is not None and self._clock() - asked_at < IDLE

    def _tell(self, feed: Feed, delta: Delta) -> None:
        for listener in self._listeners:
            listener(feed, delta)
