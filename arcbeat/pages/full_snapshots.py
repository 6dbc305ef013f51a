"""The full snapshot of a device type as JSON, encoded once per tick, on demand."""

import asyncio

from arcbeat.concurrency import SingleFlight, deadline
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.domain.shared_body import SharedBody
from arcbeat.pages.per_snapshot import PerSnapshot
from arcbeat.pages.query_pages import QueryPages
from arcbeat.realtime.sampling.row_encoding import encode_snapshot
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import Samplers

FIRST_SNAPSHOT_SECONDS_MAX = 5.0
"""How long a request waits for the first snapshot of a type; a large type takes its time."""


class FullSnapshots:
    """Implements the SnapshotSource port."""

    def __init__(self, pages: QueryPages, samplers: Samplers) -> None:
        self._pages = pages
        self._samplers = samplers
        self._snapshots = PerSnapshot(samplers, FullSnapshot)

    async def newest(self, type_code: str) -> "FullSnapshot":
        """Return the newest snapshot of a type, by code or alias; from now on the type is sampled."""
        sampler = await self._sampler(type_code)
        async with deadline(FIRST_SNAPSHOT_SECONDS_MAX):
            while (snapshot := self._snapshots.get(sampler)) is None:
                await sampler.wait_for_snapshot()
        return snapshot

    async def _sampler(self, type_code: str) -> Sampler:
        running = self._samplers.find(type_code)
        code = running.type_code if running else (await self._pages.type_of(type_code)).value.type_code
        return self._samplers.require(code)


class FullSnapshot:
    """One snapshot and its encoded forms."""

    def __init__(self, device_type: DeviceType, snapshot: Snapshot) -> None:
        self.device_type = device_type
        self.version = f"{snapshot.stream_id}.{snapshot.seq}"
        self._snapshot = snapshot
        self._bodies: dict[bytes, SharedBody] = {}
        self._flight: SingleFlight[bytes, SharedBody] = SingleFlight(self._bodies.update)

    async def encoded(self, fields: bytes) -> SharedBody:
        """Return the snapshot as JSON with these fields, which are JSON already."""
        body = self._bodies.get(fields)
        if body is None:
            body = await self._flight.run(fields, lambda: self._encode(fields))
        return body

    async def _encode(self, fields: bytes) -> SharedBody:
        # In a thread, so that a large type does not keep the event loop from everything else.
        return SharedBody(await asyncio.to_thread(encode_snapshot, self._snapshot, fields))
