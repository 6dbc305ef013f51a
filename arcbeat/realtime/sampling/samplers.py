"""The feeds of one process: a type is sampled while somebody watches it, and for a minute after a page asked for it."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from datetime import datetime, timedelta
from functools import partial

import structlog

from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.readings.snapshots import Delta
from arcbeat.domain.time.clock import Clock
from arcbeat.pages.memory import is_recent
from arcbeat.realtime.sampling.sample import Sampling
from arcbeat.realtime.sampling.sampler import Feed, FeedObserver
from arcbeat.realtime.sampling.ticks import Tick, ticks
from arcbeat.realtime.sharing.unshared import UNSHARED, Sharing

IDLE = timedelta(seconds=60)
MAX_FEEDS = 200
"""Types that are sampled at a time; pages of others are asked for as they come."""
RETRY_AFTER_SECONDS = 60

Listener = Callable[[Feed, Delta], None]
EndListener = Callable[[Feed], None]
Ticks = AsyncGenerator[Tick, None]

logger = structlog.get_logger(__name__)


class Feeds:
    """Starts feeds when somebody wants them, and ends them when nobody does any more.

    Args:
        ticks_of: the ticks of one feed.
        max_feeds: 0 where nothing is to be sampled: a function that lives for one request.
    """

    def __init__(
        self,
        sampling: Sampling,
        clock: Clock,
        *,
        period_seconds: float,
        observer: FeedObserver,
        ticks_of: Callable[[], Ticks] | None = None,
        max_feeds: int = MAX_FEEDS,
        sharing: Sharing = UNSHARED,
    ) -> None:
        self._sampling = sampling
        self._clock = clock
        self._period_seconds = period_seconds
        self._observer = observer
        self._ticks_of = ticks_of or partial(ticks, period_seconds, clock)
        self._max_feeds = max_feeds
        self._sharing = sharing
        self._listeners: list[Listener] = []
        self._end_listeners: list[EndListener] = []
        self._feeds: dict[str, Feed] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._watchers: Counter[str] = Counter()
        self._asked_at: dict[str, datetime] = {}
        self._wanted_elsewhere: frozenset[str] = frozenset()

    def listen(self, listener: Listener) -> None:
        """Be given every delta of every feed."""
        self._listeners.append(listener)

    def listen_for_ends(self, listener: EndListener) -> None:
        """Be told of every feed that ends."""
        self._end_listeners.append(listener)

    @contextmanager
    def watched(self, type_code: str) -> Iterator[Feed]:
        """The feed of a type, which goes on for as long as this lasts.

        Raises:
            TooManyRequests: so many types are sampled already.
        """
        feed = self._started(type_code)
        if feed is None:
            raise TooManyRequests("Too many device types are sampled.", retry_after_seconds=RETRY_AFTER_SECONDS)
        self._watchers[type_code] += 1
        try:
            yield feed
        finally:
            self._watchers[type_code] -= 1
            if not self._watchers[type_code]:
                del self._watchers[type_code]

    def asked(self, type_code: str) -> Feed | None:
        """Its feed, because a page asks for it; None where there are too many already."""
        feed = self._started(type_code)
        if feed is not None:
            self._asked_at[type_code] = self._clock()
        return feed

    def running(self, spelling: str) -> Feed | None:
        """The feed of the type with this code or alias, if there is one; nothing is started."""
        feed = self._feeds.get(spelling)
        if feed is not None:
            return feed
        return next((each for each in self._feeds.values() if _is_spelled(each, spelling)), None)

    def of_device(self, device_code: str) -> Feed | None:
        """The feed whose newest snapshot has this device, if there is one."""
        return next(
            (each for each in self._feeds.values() if each.snapshot and device_code in each.snapshot.rows), None
        )

    def __iter__(self) -> Iterator[Feed]:
        return iter(tuple(self._feeds.values()))

    def wanted(self) -> Sequence[str]:
        """The types that are watched here, or were asked for here."""
        return [type_code for type_code in self._feeds if self._is_wanted_here(type_code)]

    def want(self, type_codes: Iterable[str]) -> None:
        """Sample these too, for other processes, until this is said again without them."""
        self._wanted_elsewhere = frozenset(type_codes)
        for type_code in self._wanted_elsewhere:
            self._started(type_code)

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

    def _started(self, type_code: str) -> Feed | None:
        feed = self._feeds.get(type_code)
        if feed is None and len(self._feeds) < self._max_feeds:
            feed = self._feeds[type_code] = Feed(
                type_code,
                self._sampling,
                self._clock,
                period_seconds=self._period_seconds,
                publish=self._tell,
                observer=self._observer,
                sharing=self._sharing,
            )
            self._running[type_code] = asyncio.create_task(self._run(feed))
        return feed

    async def _run(self, feed: Feed) -> None:
        try:
            async with aclosing(self._while_wanted(feed.type_code)) as wanted:
                await feed.run(wanted)
        finally:
            del self._feeds[feed.type_code], self._running[feed.type_code]
            self._asked_at.pop(feed.type_code, None)
            await feed.aclose()
            for listener in self._end_listeners:
                listener(feed)

    async def _while_wanted(self, type_code: str) -> Ticks:
        async with aclosing(self._ticks_of()) as all_ticks:
            async for tick in all_ticks:
                if not self._is_wanted(type_code):
                    return
                yield tick

    def _is_wanted(self, type_code: str) -> bool:
        return type_code in self._wanted_elsewhere or self._is_wanted_here(type_code)

    def _is_wanted_here(self, type_code: str) -> bool:
        if self._watchers[type_code] > 0:
            return True
        asked_at = self._asked_at.get(type_code)
        return asked_at is not None and is_recent(asked_at, self._clock(), IDLE)

    def _tell(self, feed: Feed, delta: Delta) -> None:
        for listener in self._listeners:
            try:
                listener(feed, delta)
            except Exception:
                # the others are told all the same
                logger.exception("listener_failed", type_code=feed.type_code)


def _is_spelled(feed: Feed, spelling: str) -> bool:
    return feed.device_type is not None and spelling in feed.device_type.spellings
