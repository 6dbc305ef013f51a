"""The sampler of one device type: at every tick it publishes a snapshot and the delta that leads to it."""

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
from arcbeat.realtime.sampling.rows import MakeRows, aged_rows, compute_rows, sampled_rows
from arcbeat.realtime.sampling.sample import Sample, SampleReader
from arcbeat.realtime.sampling.stream import Stream, empty_snapshot
from arcbeat.realtime.sampling.ticks import Tick
from arcbeat.slices import release

READ_PERIODS_MAX = 0.5
"""How long a tick waits for the stores, in sampling periods. Then it publishes the rows from before with their present
freshness; the sample is published at the next tick if it has arrived by then."""

logger = structlog.get_logger(__name__)


class SamplerObserver(Protocol):
    """Receives metrics of sampling."""

    def measure_sampling(self, type_code: str) -> AbstractContextManager[None]:
        """Return a context for reading one sample; an error that leaves it is recorded as the outcome."""
        ...

    def count_tick(self, type_code: str, source: Source | None, *, skipped: int) -> None:
        """Count a tick and the ``skipped`` ticks before it; ``source`` is None while there is no snapshot."""
        ...


class Sharing(Protocol):
    """How a sampler shares its stream with the samplers of other processes. No method raises a StoreError."""

    async def follows(self, sampler: "Sampler") -> bool:
        """Return whether another process samples the type at this tick."""
        ...

    async def share(self, sampler: "Sampler", state: SharedState, update: SharedUpdate) -> bool:
        """Share the next state of the stream and the update that leads to it; return whether it may be published."""
        ...


class _Unshared:
    async def follows(self, sampler: "Sampler") -> bool:  # noqa: ARG002 -- the signature of the protocol
        return False

    async def share(self, sampler: "Sampler", state: SharedState, update: SharedUpdate) -> bool:  # noqa: ARG002 -- the signature of the protocol
        return True


UNSHARED: Sharing = _Unshared()
"""The Sharing of a process that samples only for itself."""


class Sampler:
    """Samples one device type.

    At each tick it reads a sample from the stores. While they are unavailable, it publishes the rows of the last
    snapshot again, whose freshness still changes. If another process samples the type, the sampler does not read the
    stores, and publishes what that process has sampled.

    Args:
        publish: receives every delta; the first delta of a stream leads from the empty snapshot.

    Attributes:
        device_type: the device type at the time of the newest snapshot.
        published_at: when the newest snapshot was published; while a store is unavailable, later than it was sampled.
        failure: the error of the last sample; None if it succeeded.
        ended: whether the sampler has made its last tick.
    """

    def __init__(
        self,
        type_code: str,
        reader: SampleReader,
        clock: Clock,
        *,
        period_seconds: float,
        publish: Callable[["Sampler", Delta], None],
        observer: SamplerObserver,
        sharing: Sharing = UNSHARED,
    ) -> None:
        self.type_code = type_code
        self._reader = reader
        self._clock = clock
        self._read_seconds_max = period_seconds * READ_PERIODS_MAX
        self._publish_delta = publish
        self._observer = observer
        self._sharing = sharing
        self._abandoned_stream_id: str | None = None
        self._reading: asyncio.Task[Sample] | None = None
        self._started = asyncio.Event()
        self._obsolete: list[object] = []
        self.device_type: DeviceType | None = None
        self.stream: Stream | None = None
        self.published_at: datetime | None = None
        self.failure: ArcbeatError | None = None
        self.ended = False

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot; None before the first one."""
        return self.stream.snapshot if self.stream else None

    async def wait_for_snapshot(self) -> Snapshot:
        """Return the newest snapshot; wait for the first one if there is none yet.

        Raises:
            UnknownDeviceType: the type does not exist, or was retired.
            StoreError: there is no snapshot, because a store is unavailable.
        """
        await self._started.wait()
        if self.snapshot is None:
            raise self.failure or StoreUnavailable
        return self.snapshot

    async def aclose(self) -> None:
        """Make no more ticks, and release those who wait for the first snapshot."""
        self.ended = True
        self._started.set()
        await self._stop_reading()

    def apply_remote(self, state: SharedState, delta: Delta) -> None:
        """Publish a state that another process sampled.

        ``delta`` leads to it from the newest snapshot, or from the empty one if it is the first of its stream here.
        """
        stream, snapshot = self.stream, state.snapshot
        if stream is None or stream.snapshot.stream_id != snapshot.stream_id:
            stream = Stream(snapshot)
        else:
            stream.advance(snapshot, delta)
        self._abandoned_stream_id = self.failure = None
        self._publish(stream, state.device_type, delta)

    def abandon_stream(self, stream_id: str) -> None:
        """Publish the next sample in a new stream, because another process may continue this one."""
        self._abandoned_stream_id = stream_id

    async def run(self, ticks: AsyncIterator[Tick]) -> None:
        """Handle all ticks, or until the device type is gone. An unexpected error is logged and ends only its tick."""
        async for tick in ticks:
            try:
                if not await self.tick(tick):
                    return
            except Exception:
                logger.exception("tick_failed", type_code=self.type_code)
            # After the tick, when nothing else refers to the snapshot before.
            await release(self._obsolete)

    async def tick(self, tick: Tick) -> bool:
        """Handle one tick; return whether there may be another, which is not so once the device type is gone."""
        if await self._sharing.follows(self):
            # Another process samples, and its frames arrive between ticks: see apply_remote.
            await self._stop_reading()
            return self.snapshot is not None or await self._exists()
        try:
            sample = await self._read()
        except UnknownDeviceType as error:
            self._end(error)
            return False
        if (sample is None or not await self._publish_sample(sample)) and self.stream and self.device_type:
            await self._publish_aged(self.stream, self.device_type)
        source = self.snapshot.source if self.snapshot else None
        self._observer.count_tick(self.type_code, source, skipped=tick.skipped)
        return True

    async def _exists(self) -> bool:
        """Return whether the device type exists; no process publishes frames of one that does not."""
        try:
            await self._reader.device_type(self.type_code)
        except UnknownDeviceType as error:
            self._end(error)
            return False
        except StoreError:
            return True  # unknown; the process that samples may still reach the store
        return True

    async def _stop_reading(self) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _read(self) -> Sample | None:
        """Return a sample; None if the stores failed, or have not responded yet.

        A sample that arrived after the tick it was meant for is returned at the next one, unless that gets a newer one.
        """
        late = self._finished_sample()
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_sample())
        await asyncio.wait({self._reading}, timeout=self._read_seconds_max)
        return self._finished_sample() or late

    async def _read_sample(self) -> Sample:
        with self._observer.measure_sampling(self.type_code):
            return await self._reader.read(self.type_code)

    def _finished_sample(self) -> Sample | None:
        if self._reading is None or not self._reading.done():
            return None
        reading, self._reading = self._reading, None
        try:
            sample = reading.result()
        except StoreError as error:
            if type(error) is not type(self.failure):  # log an outage once, not at every tick
                logger.warning("sampling_failed", type_code=self.type_code, detail=error.detail)
            self._fail(error)
            return None
        if self.failure is not None:
            logger.info("sampling_recovered", type_code=self.type_code)
        self.failure = None
        return sample

    def _end(self, error: UnknownDeviceType) -> None:
        logger.info("sampler_ended", type_code=self.type_code)
        self._fail(error)

    def _fail(self, error: ArcbeatError) -> None:
        self.failure = error
        self._started.set()

    async def _publish_sample(self, sample: Sample) -> bool:
        """Publish a sample; return False if a row cannot be decoded, which is found out only now."""
        try:
            await self._publish_rows_of(sample)
        except StoreError as error:
            logger.warning("sampling_failed", type_code=self.type_code, detail=error.detail)
            self._fail(error)
            return False
        await release(sample.latest.rows)
        return True

    async def _publish_rows_of(self, sample: Sample) -> None:
        device_type, stream = sample.device_type, self.stream
        if stream is None or not self._can_continue(stream, device_type):
            stream = Stream(empty_snapshot(device_type, sample.read_at))
        make = sampled_rows(sample, stream.snapshot.rows, self._clock())
        await self._advance(stream, device_type, sample.device_codes, make, sample.read_at, Source.SNAPSHOT)

    async def _publish_aged(self, stream: Stream, device_type: DeviceType) -> None:
        last = stream.snapshot
        if not self._can_continue(stream, device_type):
            stream = Stream(replace(empty_snapshot(device_type, last.sampled_at), is_remote=last.is_remote))
        make = aged_rows(device_type, last.rows, self._clock())
        await self._advance(stream, device_type, tuple(last.rows), make, last.sampled_at, Source.MEMORY)

    async def _advance(
        self,
        stream: Stream,
        device_type: DeviceType,
        device_codes: Sequence[str],
        make: MakeRows,
        sampled_at: datetime,
        source: Source,
    ) -> None:
        before = self.snapshot
        computed = await compute_rows(device_codes, make, stream.snapshot.rows)
        snapshot, delta = stream.next_snapshot(
            computed.rows, computed.changed, sampled_at, source, may_lack_devices=computed.lacks_devices
        )
        update = SharedUpdate(delta, device_type if device_type != self.device_type else None)
        may_publish = await self._sharing.share(self, SharedState(device_type, snapshot), update)
        # If the snapshot has changed meanwhile, another process has taken over, and its frame was published instead.
        if may_publish and self.snapshot is before:
            self._obsolete += stream.advance(snapshot, delta)
            self._publish(stream, device_type, delta)
        self._obsolete += computed.replaced

    def _publish(self, stream: Stream, device_type: DeviceType, delta: Delta) -> None:
        self.stream, self.device_type, self.published_at = stream, device_type, self._clock()
        self._started.set()
        self._publish_delta(self, delta)

    def _can_continue(self, stream: Stream, device_type: DeviceType) -> bool:
        return stream.snapshot.stream_id != self._abandoned_stream_id and self._has_same_fields(device_type)

    def _has_same_fields(self, device_type: DeviceType) -> bool:
        """Return whether rows of the type have the fields of the rows before; deltas between them need that."""
        known = self.device_type
        return (
            known is not None
            and known.visible_fields == device_type.visible_fields
            and (known.fields_version, known.super_table) == (device_type.fields_version, device_type.super_table)
        )
