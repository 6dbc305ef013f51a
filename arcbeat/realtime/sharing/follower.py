"""What another process samples, taken into the samplers of this one."""

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
from arcbeat.domain.readings.sharing import (
    Checkpoint,
    FrameExchange,
    SharedFrame,
    SharedState,
    SharedUpdate,
    SharingTimes,
)
from arcbeat.domain.readings.snapshots import Snapshot, apply_delta, delta_between
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.sampling.sampler import Sampler

Monotonic = Callable[[], float]

logger = structlog.get_logger(__name__)


class FollowerObserver(Protocol):
    """Is told how it goes."""

    def followed(self) -> None:
        """A frame was taken in."""
        ...

    def gapped(self) -> None:
        """Frames were missing, and the whole was taken in instead."""
        ...


class Follower:
    """Where each sampler is among the frames.

    A sampler whose stream is shared shows what others show under the same number: it goes on with it or abandons it for
    a stream of its own.
    """

    def __init__(
        self,
        exchange: FrameExchange,
        clock: Clock,
        pace: SharingTimes,
        observer: FollowerObserver,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._pace = pace
        self._observer = observer
        self._monotonic = monotonic
        self._places: WeakKeyDictionary[Sampler, str] = WeakKeyDictionary()
        self._shared: WeakSet[Sampler] = WeakSet()
        self._heard_at: WeakKeyDictionary[Sampler, float] = WeakKeyDictionary()

    def is_shared(self, sampler: Sampler) -> bool:
        """Whether others show its stream, too."""
        return sampler in self._shared

    def put(self, sampler: Sampler, place: str) -> None:
        """Its stream is shared up to here."""
        self._places[sampler] = place
        self._shared.add(sampler)

    def leave(self, sampler: Sampler) -> None:
        """Others may go on with its stream; this process will not."""
        self._places.pop(sampler, None)
        self._shared.discard(sampler)
        if sampler.snapshot is not None:
            sampler.abandon_stream(sampler.snapshot.stream_id)

    def is_silent(self, sampler: Sampler) -> bool:
        """Whether it was told nothing for so long that it had better be sampled here."""
        now = self._monotonic()
        return now - self._heard_at.setdefault(sampler, now) > self._pace.silence_seconds_max

    def listen_anew(self) -> None:
        """Whoever samples from now on is given time to say something."""
        self._heard_at.clear()
        for sampler in set(self._places) - set(self._shared):
            del self._places[sampler]

    async def begin(self, sampler: Sampler) -> None:
        """Show a sampler that knows nothing yet what is known, unless it is of the past."""
        try:
            placed = await self._newest(sampler.type_code)
        except StoreError as error:  # it is told later, or helps itself
            logger.info("frames_not_read", type_code=sampler.type_code, detail=error.detail)
            return
        if placed is None or sampler.snapshot is not None:
            return
        if self._clock() - placed.state.snapshot.sampled_at < timedelta(seconds=self._pace.silence_seconds_max):
            await self._show(sampler, placed)

    async def frames(self, samplers: Iterable[Sampler], *, wait_seconds: float) -> Sequence[SharedFrame]:
        """What was said of these samplers since.

        Raises:
            StoreError: the exchange is away.
        """
        places = {sampler.type_code: await self._place(sampler) for sampler in samplers}
        return await self._exchange.frames_after(places, wait_seconds=wait_seconds) if places else []

    async def take_in(self, samplers: Iterable[Sampler], frames: Iterable[SharedFrame], fence: int) -> None:
        """Show it, where it was said under this lease or a later one.

        Raises:
            StoreError: the exchange is away.
        """
        by_type = {sampler.type_code: sampler for sampler in samplers}
        for frame in frames:
            sampler = by_type.get(frame.type_code)
            if sampler is not None and not await self._take_in(sampler, frame, fence):
                del by_type[frame.type_code]  # what is left of it is read again, from where it begins

    async def _place(self, sampler: Sampler) -> str:
        """What is of the past is nothing to a sampler that has been sampled here."""
        if sampler not in self._places:
            self._places[sampler] = await self._exchange.end_position(sampler.type_code)
        return self._places[sampler]

    async def _take_in(self, sampler: Sampler, frame: SharedFrame, fence: int) -> bool:
        """Answers whether the next frame may follow on this one."""
        known = sampler.snapshot if self.is_shared(sampler) else None
        is_known = known is not None and known.stream_id == frame.stream_id and known.seq >= frame.seq
        if is_known or frame.fence < fence:
            self._places[sampler] = frame.position
            return True
        self._heard_at[sampler] = self._monotonic()
        if known is not None and frame.update is not None:
            if _is_next(known, frame.update):
                return await self._follow(sampler, known, frame.update, frame.position)
            self._observer.gapped()
        await self._begin_again(sampler)
        return False

    async def _follow(self, sampler: Sampler, known: Snapshot, move: SharedUpdate, place: str) -> bool:
        device_type = move.device_type or sampler.device_type
        after = await asyncio.to_thread(apply_delta, known, move.delta)
        if sampler.snapshot is not known or device_type is None:
            return False
        sampler.apply_remote(SharedState(device_type, after), move.delta)
        self.put(sampler, place)
        self._observer.followed()
        return True

    async def _begin_again(self, sampler: Sampler) -> None:
        self.leave(sampler)  # for good, unless it is found again
        placed = await self._newest(sampler.type_code)
        if placed is not None:
            await self._show(sampler, placed)

    async def _show(self, sampler: Sampler, placed: Checkpoint) -> None:
        before, after = sampler.snapshot, placed.state.snapshot
        is_same = before is not None and before.stream_id == after.stream_id
        if before is not None and is_same and before.seq > after.seq:
            return  # never back
        known = before if before is not None and is_same else replace(after, seq=0, rows={})
        delta = await asyncio.to_thread(delta_between, known, after)
        if sampler.snapshot is before:
            sampler.apply_remote(placed.state, delta)
            self.put(sampler, placed.position)
            self._heard_at[sampler] = self._monotonic()

    async def _newest(self, type_code: str) -> Checkpoint | None:
        """The whole with all that follows on it; None where there is none, or another stream begins just now."""
        placed = await self._exchange.checkpoint(type_code)
        while placed is not None:
            frames = await self._exchange.frames_after({type_code: placed.position}, wait_seconds=0)
            if not frames:
                break
            placed = await asyncio.to_thread(reduce, _advanced, frames, placed)
        return placed


def _is_next(known: Snapshot, move: SharedUpdate) -> bool:
    return (known.stream_id, known.seq) == (move.delta.stream_id, move.delta.since)


def _advanced(placed: Checkpoint | None, frame: SharedFrame) -> Checkpoint | None:
    if placed is None or frame.update is None or not _is_next(placed.state.snapshot, frame.update):
        return None
    known, move = placed.state, frame.update
    return Checkpoint(
        frame.position, SharedState(move.device_type or known.device_type, apply_delta(known.snapshot, move.delta))
    )
