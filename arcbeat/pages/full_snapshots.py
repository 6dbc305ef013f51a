"""The whole snapshot of a type as JSON: encoded and compressed once a tick, when somebody asks for it."""

import asyncio
import gzip

from arcbeat.concurrency import deadline
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.pages.per_snapshot import PerSnapshot
from arcbeat.pages.query_pages import QueryPages
from arcbeat.realtime.sampling.row_encoding import encode_snapshot
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import RETRY_AFTER_SECONDS, Samplers

FIRST_SECONDS = 5.0
"""So long a first snapshot is waited for; a large type takes its time."""
GZIP_LEVEL = 6


class FullSnapshots:
    """The Snapshots port."""

    def __init__(self, pages: QueryPages, samplers: Samplers) -> None:
        self._pages = pages
        self._samplers = samplers
        self._wholes = PerSnapshot(samplers, FullSnapshot)

    async def newest(self, type_code: str) -> "FullSnapshot":
        """Of a type by code or alias; it is sampled from now on."""
        sampler = await self._sampler(type_code)
        async with deadline(FIRST_SECONDS):
            while (whole := self._wholes.get(sampler)) is None:
                await sampler.wait_for_snapshot()
        return whole

    async def _sampler(self, type_code: str) -> Sampler:
        running = self._samplers.find(type_code)
        code = running.type_code if running else (await self._pages.type_of(type_code)).value.type_code
        sampler = self._samplers.request(code)
        if sampler is None:
            raise TooManyRequests("Too many device types are sampled.", retry_after_seconds=RETRY_AFTER_SECONDS)
        return sampler


class FullSnapshot:
    """One snapshot, by the forms in which it was asked for."""

    def __init__(self, device_type: DeviceType, snapshot: Snapshot) -> None:
        self.device_type = device_type
        self.version = f"{snapshot.stream_id}.{snapshot.seq}"
        self._snapshot = snapshot
        self._making: dict[tuple[bytes, bool], asyncio.Task[bytes]] = {}

    async def encoded(self, fields: bytes, *, compressed: bool) -> bytes:
        """With these fields, which are JSON, as JSON or as JSON in gzip."""
        key = (fields, compressed)
        if key not in self._making:
            self._making[key] = asyncio.create_task(self._compress(fields) if compressed else self._encode(fields))
        # shielded: others may wait for the same when this client goes away
        return await asyncio.shield(self._making[key])

    async def _compress(self, fields: bytes) -> bytes:
        body = await self.encoded(fields, compressed=False)
        return await asyncio.to_thread(gzip.compress, body, GZIP_LEVEL, mtime=0)

    async def _encode(self, fields: bytes) -> bytes:
        return await asyncio.to_thread(encode_snapshot, self._snapshot, fields)
