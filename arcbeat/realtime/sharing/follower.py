"""What another process samples, taken into the feeds of this one."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import Protocol
from weakref import WeakKeyDictionary, WeakSet

import structlog

from arcbeat.domain.errors import StoreError
from arcbeat.domain.readings.sharing import Frame, FrameExchange, Move, Pace, PlacedWhole, Whole
from arcbeat.domain.readings.snapshots import Snapshot, applied, difference
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.sampling.sampler import Feed

Monotonic = Callable[[], float]

logger = structlog.get_logger(__name__)


class FollowingObserver(Protocol):
    """Is told how it goes."""

    def followed(self) -> None:
        """A frame was taken in."""
        ...

    def gapped(self) -> None:
        """Frames were missing, and the whole was taken in instead."""
        ...


class Following:
    """Where each feed is among the frames.

    A feed whose stream is shared shows what others show under the same number: it goes on with it, or leaves it for a
    stream of its own.
    """

    def __init__(
        self,
        exchange: FrameExchange,
        clock: Clock,
        pace: Pace,
        observer: FollowingObserver,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._pace = pace
        self._observer = observer
        self._monotonic = monotonic
        self._places: WeakKeyDictionary[Feed, str] = WeakKeyDictionary()
        self._shared: WeakSet[Feed] = WeakSet()
        self._heard_at: WeakKeyDictionary[Feed, float] = WeakKeyDictionary()

    def is_shared(self, feed: Feed) -> bool:
        """Whether others show its stream, too."""
        return feed in self._shared

    def put(self, feed: Feed, place: str) -> None:
        """Its stream is shared up to here."""
        self._places[feed] = place
        self._shared.add(feed)

    def leave(self, feed: Feed) -> None:
        """Others may go on with its stream; this process will not."""
        self._places.pop(feed, None)
        self._shared.discard(feed)
        if feed.snapshot is not None:
            feed.leave(feed.snapshot.stream_id)

    def is_silent(self, feed: Feed) -> bool:
        """Whether it was told nothing for so long that it had better be sampled here."""
        now = self._monotonic()
        return now - self._heard_at.setdefault(feed, now) > self._pace.silent_seconds

    def listen_anew(self) -> None:
        """Whoever samples from now on is given time to say something."""
        self._heard_at.clear()
        for feed in set(self._places) - set(self._shared):
            del self._places[feed]

    async def begin(self, feed: Feed) -> None:
        """Show a feed that knows nothing yet what is known, unless it is of the past."""
        try:
            placed = await self._newest(feed.type_code)
        except StoreError as error:  # it is told later, or helps itself
            logger.info("frames_not_read", type_code=feed.type_code, detail=error.detail)
            return
        if placed is None or feed.snapshot is not None:
            return
        if self._clock() - placed.whole.snapshot.sampled_at < timedelta(seconds=self._pace.silent_seconds):
            await self._show(feed, placed)

    async def frames(self, feeds: Iterable[Feed], *, wait_seconds: float) -> Sequence[Frame]:
        """What was said of these feeds since.

        Raises:
            StoreError: the exchange is away.
        """
        places = {feed.type_code: await self._place(feed) for feed in feeds}
        return await self._exchange.after(places, wait_seconds=wait_seconds) if places else []

    async def take_in(self, feeds: Iterable[Feed], frames: Iterable[Frame], fence: int) -> None:
        """Show it, where it was said under this lease or a later one.

        Raises:
            StoreError: the exchange is away.
        """
        by_type = {feed.type_code: feed for feed in feeds}
        for frame in frames:
            feed = by_type.get(frame.type_code)
            if feed is not None and not await self._take_in(feed, frame, fence):
                del by_type[frame.type_code]  # what is left of it is read again, from where it begins

    async def _place(self, feed: Feed) -> str:
        """What is of the past is nothing to a feed that has been sampled here."""
        if feed not in self._places:
            self._places[feed] = await self._exchange.end(feed.type_code)
        return self._places[feed]

    async def _take_in(self, feed: Feed, frame: Frame, fence: int) -> bool:
        """Answers whether the next frame may follow on this one."""
        known = feed.snapshot if self.is_shared(feed) else None
        is_known = known is not None and known.stream_id == frame.stream_id and known.seq >= frame.seq
        if is_known or frame.fence < fence:
            self._places[feed] = frame.place
            return True
        self._heard_at[feed] = self._monotonic()
        if known is not None and frame.move is not None:
            if _is_next(known, frame.move):
                return await self._follow(feed, known, frame.move, frame.place)
            self._observer.gapped()
        await self._begin_again(feed)
        return False

    async def _follow(self, feed: Feed, known: Snapshot, move: Move, place: str) -> bool:
        device_type = move.device_type or feed.device_type
        after = await asyncio.to_thread(applied, known, move.delta)
        if feed.snapshot is not known or device_type is None:
            return False
        feed.show(Whole(device_type, after), move.delta)
        self.put(feed, place)
        self._observer.followed()
        return True

    async def _begin_again(self, feed: Feed) -> None:
        self.leave(feed)  # for good, unless it is found again
        placed = await self._newest(feed.type_code)
        if placed is not None:
            await self._show(feed, placed)

    async def _show(self, feed: Feed, placed: PlacedWhole) -> None:
        before, after = feed.snapshot, placed.whole.snapshot
        is_same = before is not None and before.stream_id == after.stream_id
        if before is not None and is_same and before.seq > after.seq:
            return  # never back
        known = before if before is not None and is_same else replace(after, seq=0, rows={})
        delta = await asyncio.to_thread(difference, known, after)
        if feed.snapshot is before:
            feed.show(placed.whole, delta)
            self.put(feed, placed.place)
            self._heard_at[feed] = self._monotonic()

    async def _newest(self, type_code: str) -> PlacedWhole | None:
        """The whole with all that follows on it; None where there is none, or another stream begins just now."""
        placed = await self._exchange.whole(type_code)
        while placed is not None:
            frames = await self._exchange.after({type_code: placed.place}, wait_seconds=0)
            if not frames:
                break
            placed = await asyncio.to_thread(reduce, _advanced, frames, placed)
        return placed


def _is_next(known: Snapshot, move: Move) -> bool:
    return (known.stream_id, known.seq) == (move.delta.stream_id, move.delta.since)


def _advanced(placed: PlacedWhole | None, frame: Frame) -> PlacedWhole | None:
    if placed is None or frame.move is None or not _is_next(placed.whole.snapshot, frame.move):
        return None
    known, move = placed.whole, frame.move
    return PlacedWhole(frame.place, Whole(move.device_type or known.device_type, applied(known.snapshot, move.delta)))
