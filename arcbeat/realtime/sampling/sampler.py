"""One device type, sampled at every tick for whoever watches it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import ArcbeatError, StoreError, StoreUnavailable, UnknownDeviceType
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.sharing import SharedState, SharedUpdate
from arcbeat.domain.readings.snapshots import Delta, Snapshot
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.sampling.sample import Make, Sample, SampleReader, aged, renewed, step
from arcbeat.realtime.sampling.stream import Stream, beginning
from arcbeat.realtime.sampling.ticks import Tick

PATIENCE_SHARE = 0.5
"""Of a period a sampling may take before what is known is told once more; it goes on, for the next tick."""

logger = structlog.get_logger(__name__)


class SamplerObserver(Protocol):
    """Is told how a sampler gets on."""

    def sampling(self, type_code: str) -> AbstractContextManager[None]:
        """Around one sampling; the error that leaves it is its outcome."""
        ...

    def ticked(self, type_code: str, source: Source | None, *, skipped: int) -> None:
        """``source`` is None as long as there is no snapshot; ``skipped`` ticks before this one had nobody ready."""
        ...


class Sharing(Protocol):
    """Shares a device type with the other processes; its methods raise no StoreError."""

    async def follows(self, sampler: "Sampler") -> bool:
        """Return whether another process samples the type at this tick."""
        ...

    async def share(self, sampler: "Sampler", whole: SharedState, move: SharedUpdate) -> bool:
        """Share what was sampled here; return whether it may be published."""
        ...


class _Unshared:
    async def follows(self, sampler: "Sampler") -> bool:  # noqa: ARG002 -- the signature of the protocol
        return False

    async def share(self, sampler: "Sampler", whole: SharedState, move: SharedUpdate) -> bool:  # noqa: ARG002 -- the signature of the protocol
        return True


UNSHARED: Sharing = _Unshared()
"""Each process samples for itself."""


class Sampler:
    """Every tick a snapshot and the delta that leads there, from the stores or, while they are away, from memory.

    Where another process samples the type, it is shown what that one says.

    Args:
        publish: is given every delta; the first of a stream leads from nothing.

    Attributes:
        device_type: as it was at the newest sampling.
        published_at: when the newest snapshot was told, whenever it was sampled.
        failure: why the last sampling failed; None after one that did not.
        ended: there will be no more ticks.
    """

    def __init__(
        self,
        type_code: str,
        sampling: SampleReader,
        clock: Clock,
        *,
        period_seconds: float,
        publish: Callable[["Sampler", Delta], None],
        observer: SamplerObserver,
        sharing: Sharing = UNSHARED,
    ) -> None:
        self.type_code = type_code
        self._sampling = sampling
        self._clock = clock
        self._patience_seconds = period_seconds * PATIENCE_SHARE
        self._publish = publish
        self._observer = observer
        self._sharing = sharing
        self._left_stream_id: str | None = None
        self._taking: asyncio.Task[Sample] | None = None
        self._begun = asyncio.Event()
        self.device_type: DeviceType | None = None
        self.stream: Stream | None = None
        self.published_at: datetime | None = None
        self.failure: ArcbeatError | None = None
        self.ended = False

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest; None before the first sampling."""
        return self.stream.snapshot if self.stream else None

    async def wait_until_started(self) -> None:
        """Until there is a snapshot, or the first sampling has failed, or the sampler has ended."""
        await self._begun.wait()

    async def wait_for_snapshot(self) -> Snapshot:
        """The newest snapshot, waited for where there is none yet.

        Raises:
            UnknownDeviceType: the type is no more.
            StoreError: a store is away, and was from the beginning.
        """
        await self.wait_until_started()
        if self.snapshot is None:
            raise self.failure or StoreUnavailable
        return self.snapshot

    async def aclose(self) -> None:
        """There will be no more ticks."""
        self.ended = True
        self._begun.set()
        await self._stop_taking()

    def apply_remote(self, whole: SharedState, delta: Delta) -> None:
        """What another process sampled, and what leads there from the newest snapshot, or from nothing."""
        stream, snapshot = self.stream, whole.snapshot
        if stream is None or stream.snapshot.stream_id != snapshot.stream_id:
            stream = Stream(snapshot)
        else:
            stream.move(snapshot, delta)
        self._left_stream_id = self.failure = None
        self._told(stream, whole.device_type, delta)

    def abandon_stream(self, stream_id: str) -> None:
        """Others may go on with this stream: what is sampled here next is of another one."""
        self._left_stream_id = stream_id

    async def run(self, ticks: AsyncIterator[Tick]) -> None:
        """Until there are no more ticks, or the type is no more. What is not foreseen ends a tick, and no more."""
        async for tick in ticks:
            try:
                if not await self.tick(tick):
                    return
            except Exception:
                logger.exception("tick_failed", type_code=self.type_code)

    async def tick(self, tick: Tick) -> bool:
        """One tick; answers whether there will be another."""
        if await self._sharing.follows(self):
            await self._stop_taking()
            return self.snapshot is not None or await self._exists()
        try:
            sample = await self._sample()
        except UnknownDeviceType as error:
            self._end(error)
            return False
        if sample is not None:
            await self._renew(sample)
        elif self.stream is not None and self.device_type is not None:
            await self._age(self.stream, self.device_type)
        source = self.snapshot.source if self.snapshot else None
        self._observer.ticked(self.type_code, source, skipped=tick.skipped)
        return True

    async def _exists(self) -> bool:
        """Whether the type does; of one that does not no process says anything."""
        try:
            await self._sampling.device_type(self.type_code)
        except UnknownDeviceType as error:
            self._end(error)
            return False
        except StoreError:
            return True  # whoever samples it may be told all the same
        return True

    async def _stop_taking(self) -> None:
        """What the stores say would come late."""
        taking, self._taking = self._taking, None
        if taking is not None:
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)

    async def _sample(self) -> Sample | None:
        """What the stores say; None while they have not said it, and they go on being asked."""
        late = self._taken()
        if self._taking is None:
            self._taking = asyncio.create_task(self._take())
        await asyncio.wait({self._taking}, timeout=self._patience_seconds)
        return self._taken() or late

    async def _take(self) -> Sample:
        with self._observer.sampling(self.type_code):
            return await self._sampling.read(self.type_code)

    def _taken(self) -> Sample | None:
        """What a sampling that has come to its end brought."""
        if self._taking is None or not self._taking.done():
            return None
        taking, self._taking = self._taking, None
        try:
            sample = taking.result()
        except StoreError as error:
            if type(error) is not type(self.failure):  # an outage is told once, not at every tick
                logger.warning("sampling_failed", type_code=self.type_code, detail=error.detail)
            self._fail(error)
            return None
        if self.failure is not None:
            logger.info("sampling_recovered", type_code=self.type_code)
        self.failure = None
        return sample

    def _end(self, error: UnknownDeviceType) -> None:
        logger.info("feed_ended", type_code=self.type_code)
        self._fail(error)

    def _fail(self, error: ArcbeatError) -> None:
        self.failure = error
        self._begun.set()

    async def _renew(self, sample: Sample) -> None:
        device_type, stream = sample.device_type, self.stream
        if stream is None or not self._goes_on(stream, device_type):
            stream = Stream(beginning(device_type, sample.asked_at))
        make = renewed(sample, stream.snapshot.rows, self._clock())
        await self._advance(stream, device_type, sample.device_codes, make, sample.asked_at, Source.SNAPSHOT)

    async def _age(self, stream: Stream, device_type: DeviceType) -> None:
        known = stream.snapshot
        if not self._goes_on(stream, device_type):
            stream = Stream(replace(beginning(device_type, known.sampled_at), is_remote=known.is_remote))
        make = aged(device_type, known.rows, self._clock())
        await self._advance(stream, device_type, tuple(known.rows), make, known.sampled_at, Source.MEMORY)

    async def _advance(
        self,
        stream: Stream,
        device_type: DeviceType,
        device_codes: Sequence[str],
        make: Make,
        sampled_at: datetime,
        source: Source,
    ) -> None:
        before = self.snapshot
        made = await step(device_codes, make, stream.snapshot.rows)
        snapshot, delta = stream.next(made.rows, made.changed, sampled_at, source)
        move = SharedUpdate(delta, device_type if device_type != self.device_type else None)
        counts = await self._sharing.share(self, SharedState(device_type, snapshot), move)
        if counts and self.snapshot is before:  # else another process has told something meanwhile
            stream.move(snapshot, delta)
            self._told(stream, device_type, delta)

    def _told(self, stream: Stream, device_type: DeviceType, delta: Delta) -> None:
        self.stream, self.device_type, self.published_at = stream, device_type, self._clock()
        self._begun.set()
        self._publish(self, delta)

    def _goes_on(self, stream: Stream, device_type: DeviceType) -> bool:
        return stream.snapshot.stream_id != self._left_stream_id and self._is_same_shape(device_type)

    def _is_same_shape(self, device_type: DeviceType) -> bool:
        """Numbers of a stream mean something only as long as its rows have the same fields of the same table."""
        known = self.device_type
        return (
            known is not None
            and known.visible_fields == device_type.visible_fields
            and (known.fields_version, known.super_table) == (device_type.fields_version, device_type.super_table)
        )
