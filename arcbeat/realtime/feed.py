"""One device type, sampled at every tick for whoever watches it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Protocol

import structlog

from arcbeat.domain.device_types import DeviceType
from arcbeat.domain.errors import StoreError, UnknownDeviceType
from arcbeat.domain.latest import Source
from arcbeat.domain.ports import Clock
from arcbeat.domain.snapshots import Delta, Snapshot
from arcbeat.realtime.sampling import Rows, Sample, Sampling, aged, rows_of
from arcbeat.realtime.stream import Stream
from arcbeat.realtime.ticks import Tick

STREAM_ID_BYTES = 8
PATIENCE_SHARE = 0.5
"""Of a period a sampling may take before what is known is told once more; it goes on, for the next tick."""

logger = structlog.get_logger(__name__)


class FeedObserver(Protocol):
    """Is told how a feed gets on."""

    def ticked(self, type_code: str, tick: Tick, *, source: Source, seconds: float) -> None: ...


class Feed:
    """Every tick a snapshot and the delta that leads there, from the stores or, while they are away, from memory.

    Args:
        publish: is given every delta; the first of a stream leads from nothing.

    Attributes:
        ended: there will be no more ticks.
        retired: because the type is no more.
    """

    def __init__(
        self,
        type_code: str,
        sampling: Sampling,
        clock: Clock,
        *,
        period_seconds: float,
        publish: Callable[["Feed", Delta], None],
        observer: FeedObserver,
    ) -> None:
        self.type_code = type_code
        self._sampling = sampling
        self._clock = clock
        self._patience_seconds = period_seconds * PATIENCE_SHARE
        self._publish = publish
        self._observer = observer
        self._taking: asyncio.Task[Sample] | None = None
        self._begun = asyncio.Event()
        self.device_type: DeviceType | None = None
        self.stream: Stream | None = None
        self.ended = False
        self.retired = False

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest; None before the first sampling."""
        return self.stream.snapshot if self.stream else None

    async def begun(self) -> None:
        """Until there is a snapshot, or the feed has ended."""
        await self._begun.wait()

    def end(self) -> None:
        """There will be no more ticks."""
        self.ended = True
        self._begun.set()
        if self._taking is not None:
            self._taking.cancel()

    async def run(self, ticks: AsyncIterator[Tick]) -> None:
        """Until there are no more ticks, or the type is no more."""
        async for tick in ticks:
            if not await self.tick(tick):
                return

    async def tick(self, tick: Tick) -> bool:
        """One tick; answers whether there will be another."""
        began = asyncio.get_running_loop().time()
        try:
            sample = await self._sample()
        except UnknownDeviceType:
            logger.info("feed_ended", type_code=self.type_code)
            self.retired = True
            return False
        except StoreError as error:
            logger.warning("sampling_failed", type_code=self.type_code, detail=error.detail)
            sample = None
        source = Source.MEMORY if sample is None else Source.SNAPSHOT
        self._advance(sample)
        seconds = asyncio.get_running_loop().time() - began
        self._observer.ticked(self.type_code, tick, source=source, seconds=seconds)
        return True

    async def _sample(self) -> Sample | None:
        """What the stores say; None while they have not said it, and they go on being asked."""
        if self._taking is None:
            self._taking = asyncio.create_task(self._sampling.take(self.type_code))
        await asyncio.wait({self._taking}, timeout=self._patience_seconds)
        if not self._taking.done():
            return None
        taken, self._taking = self._taking, None
        return taken.result()

    def _advance(self, sample: Sample | None) -> None:
        now = self._clock()
        if sample is not None:
            before = self.snapshot.rows if self.snapshot and self._is_same_shape(sample.device_type) else {}
            self._tell(sample.device_type, rows_of(sample, before, now), sample.asked_at, Source.SNAPSHOT)
        elif self.device_type is not None and self.snapshot is not None:
            rows = aged(self.device_type, self.snapshot.rows, now)
            self._tell(self.device_type, rows, self.snapshot.sampled_at, Source.MEMORY)

    def _tell(self, device_type: DeviceType, rows: Rows, sampled_at: datetime, source: Source) -> None:
        if self.stream is None or not self._is_same_shape(device_type):
            self.stream = Stream(self._beginning(device_type, sampled_at))
        self.device_type = device_type
        delta = self.stream.advance(rows, sampled_at, source)
        self._begun.set()
        self._publish(self, delta)

    def _is_same_shape(self, device_type: DeviceType) -> bool:
        """Numbers of a stream mean something only as long as its rows have the same fields of the same table."""
        known = self.device_type
        return (
            known is not None
            and known.visible_fields == device_type.visible_fields
            and (known.fields_version, known.super_table) == (device_type.fields_version, device_type.super_table)
        )

    def _beginning(self, device_type: DeviceType, at: datetime) -> Snapshot:
        return Snapshot(
            type_code=device_type.type_code,
            stream_id=secrets.token_hex(STREAM_ID_BYTES),
            seq=0,
            sampled_at=at,
            source=Source.SNAPSHOT,
            fields_version=device_type.fields_version,
            rows={},
        )
