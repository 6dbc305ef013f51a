"""Following: the frames that the leader shared are read and published by the samplers of this process."""

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
    """Receives metrics of following."""

    def count_followed_frame(self) -> None:
        """Count a frame that was applied."""
        ...

    def count_gap(self) -> None:
        """Count that frames were missing, so that the stream was read again from its checkpoint."""
        ...


class Follower:
    """The positions of this process's samplers in the shared streams.

    The stream of a sampler is *shared* while other processes may publish it too. A seq of a shared stream means the
    same snapshot on all processes; a sampler that cannot keep that promise abandons the stream and begins another.
    """

    def __init__(
        self,
        exchange: FrameExchange,
        clock: Clock,
        times: SharingTimes,
        observer: FollowerObserver,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._times = times
        self._observer = observer
        self._monotonic = monotonic
        # A sampler that is not shared has a position too: new frames are read from there.
        self._positions: WeakKeyDictionary[Sampler, str] = WeakKeyDictionary()
        self._shared: WeakSet[Sampler] = WeakSet()
        self._last_frame_at: WeakKeyDictionary[Sampler, float] = WeakKeyDictionary()

    def is_shared(self, sampler: Sampler) -> bool:
        """Return whether the stream of a sampler is shared."""
        return sampler in self._shared

    def set_position(self, sampler: Sampler, position: str) -> None:
        """Mark the stream of a sampler as shared; the newest snapshot of the sampler is at ``position``."""
        self._positions[sampler] = position
        self._shared.add(sampler)

    def abandon(self, sampler: Sampler) -> None:
        """Mark the stream of a sampler as no longer shared; the sampler will begin a new one."""
        self._positions.pop(sampler, None)
        self._shared.discard(sampler)
        if sampler.snapshot is not None:
            sampler.abandon_stream(sampler.snapshot.stream_id)

    def is_silent(self, sampler: Sampler) -> bool:
        """Return whether the leader has shared no frame of the type for too long, so that it must be sampled here."""
        now = self._monotonic()
        return now - self._last_frame_at.setdefault(sampler, now) > self._times.silence_seconds_max

    def reset_silence(self) -> None:
        """Begin to follow a leader: its silence is measured from now on.

        Samplers whose stream is not shared read only the frames that are published from now on.
        """
        self._last_frame_at.clear()
        for sampler in set(self._positions) - set(self._shared):
            del self._positions[sampler]

    async def start(self, sampler: Sampler) -> None:
        """Publish the newest shared state by a sampler that has no snapshot yet, unless that state is too old."""
        try:
            newest = await self._newest(sampler.type_code)
        except StoreError as error:  # it gets a state by the next frame, or is sampled here after a silence
            logger.info("frames_not_read", type_code=sampler.type_code, detail=error.detail)
            return
        if newest is None or sampler.snapshot is not None:
            return
        if self._clock() - newest.state.snapshot.sampled_at < timedelta(seconds=self._times.silence_seconds_max):
            await self._publish(sampler, newest)

    async def read_frames(self, samplers: Iterable[Sampler], *, wait_seconds: float) -> Sequence[SharedFrame]:
        """Return the frames after the positions of these samplers; wait for the first one if there are none.

        Raises:
            StoreError: the exchange is unavailable.
        """
        positions = {sampler.type_code: await self._position(sampler) for sampler in samplers}
        return await self._exchange.frames_after(positions, wait_seconds=wait_seconds) if positions else []

    async def apply(self, samplers: Iterable[Sampler], frames: Iterable[SharedFrame], fence: int) -> None:
        """Publish frames by their samplers; frames of an earlier lease than ``fence`` are ignored.

        Raises:
            StoreError: the exchange is unavailable.
        """
        by_type = {sampler.type_code: sampler for sampler in samplers}
        for frame in frames:
            sampler = by_type.get(frame.type_code)
            if sampler is not None and not await self._apply(sampler, frame, fence):
                del by_type[frame.type_code]  # its next frames are read again, from its new position

    async def _position(self, sampler: Sampler) -> str:
        """Return a sampler's position; without one, the end of its stream, since it does not need older frames."""
        if sampler not in self._positions:
            self._positions[sampler] = await self._exchange.end_position(sampler.type_code)
        return self._positions[sampler]

    async def _apply(self, sampler: Sampler, frame: SharedFrame, fence: int) -> bool:
        """Return whether the frame that comes after this one may be applied too."""
        current = sampler.snapshot if self.is_shared(sampler) else None
        is_known = current is not None and current.stream_id == frame.stream_id and current.seq >= frame.seq
        if is_known or frame.fence < fence:
            self._positions[sampler] = frame.position
            return True
        self._last_frame_at[sampler] = self._monotonic()
        if current is not None and frame.update is not None:
            if _is_next(current, frame.update):
                return await self._advance(sampler, current, frame.update, frame.position)
            self._observer.count_gap()
        await self._restart(sampler)
        return False

    async def _advance(self, sampler: Sampler, current: Snapshot, update: SharedUpdate, position: str) -> bool:
        device_type = update.device_type or sampler.device_type
        after = await asyncio.to_thread(apply_delta, current, update.delta)
        if sampler.snapshot is not current or device_type is None:
            return False  # the sampler has published something else meanwhile
        sampler.apply_remote(SharedState(device_type, after), update.delta)
        self.set_position(sampler, position)
        self._observer.count_followed_frame()
        return True

    async def _restart(self, sampler: Sampler) -> None:
        """Read the stream again from its checkpoint; without one, the sampler begins a new stream."""
        self.abandon(sampler)
        newest = await self._newest(sampler.type_code)
        if newest is not None:
            await self._publish(sampler, newest)

    async def _publish(self, sampler: Sampler, newest: Checkpoint) -> None:
        before, after = sampler.snapshot, newest.state.snapshot
        is_same_stream = before is not None and before.stream_id == after.stream_id
        if before is not None and is_same_stream and before.seq > after.seq:
            return  # clients must never be led back
        start = before if before is not None and is_same_stream else replace(after, seq=0, rows={})
        delta = await asyncio.to_thread(delta_between, start, after)
        if sampler.snapshot is before:
            sampler.apply_remote(newest.state, delta)
            self.set_position(sampler, newest.position)
            self._last_frame_at[sampler] = self._monotonic()

    async def _newest(self, type_code: str) -> Checkpoint | None:
        """Return the newest state of a stream: its checkpoint with all later frames applied.

        Return None if there is no stream, or if a new one has begun while this one was read.
        """
        newest = await self._exchange.checkpoint(type_code)
        while newest is not None:
            frames = await self._exchange.frames_after({type_code: newest.position}, wait_seconds=0)
            if not frames:
                break
            # Decoded rows of a large type take long to apply, so it is done in a thread.
            newest = await asyncio.to_thread(reduce, _advanced, frames, newest)
        return newest


def _is_next(current: Snapshot, update: SharedUpdate) -> bool:
    return (current.stream_id, current.seq) == (update.delta.stream_id, update.delta.since)


def _advanced(checkpoint: Checkpoint | None, frame: SharedFrame) -> Checkpoint | None:
    if checkpoint is None or frame.update is None or not _is_next(checkpoint.state.snapshot, frame.update):
        return None
    before, update = checkpoint.state, frame.update
    device_type = update.device_type or before.device_type
    return Checkpoint(frame.position, SharedState(device_type, apply_delta(before.snapshot, update.delta)))
