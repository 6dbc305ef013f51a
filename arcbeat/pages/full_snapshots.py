"""The whole snapshot of a type as JSON: encoded and compressed once a tick, when somebody asks for it."""

import asyncio
import gzip

import orjson

from arcbeat.concurrency import deadline
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.pages.per_snapshot import OfNewest
from arcbeat.pages.query_pages import MemorizedPages
from arcbeat.realtime.sampling import row_encoding as frames
from arcbeat.realtime.sampling.sampler import Feed
from arcbeat.realtime.sampling.samplers import RETRY_AFTER_SECONDS, Feeds

FIRST_SECONDS = 5.0
"""So long a first snapshot is waited for; a large type takes its time."""
GZIP_LEVEL = 6


class WholeSnapshots:
    """The Snapshots port."""

    def __init__(self, pages: MemorizedPages, feeds: Feeds) -> None:
        self._pages = pages
        self._feeds = feeds
        self._wholes = OfNewest(feeds, WholeSnapshot)

    async def newest(self, type_code: str) -> "WholeSnapshot":
        """Of a type by code or alias; it is sampled from now on."""
        feed = await self._feed(type_code)
        async with deadline(FIRST_SECONDS):
            while (whole := self._wholes.get(feed)) is None:
                await feed.first()
        return whole

    async def _feed(self, type_code: str) -> Feed:
        running = self._feeds.running(type_code)
        code = running.type_code if running else (await self._pages.type_of(type_code)).value.type_code
        feed = self._feeds.asked(code)
        if feed is None:
            raise TooManyRequests("Too many device types are sampled.", retry_after_seconds=RETRY_AFTER_SECONDS)
        return feed


class WholeSnapshot:
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
        return await asyncio.to_thread(encode, self._snapshot, fields)


def encode(snapshot: Snapshot, fields: bytes) -> bytes:
    """Rows that were encoded before are not encoded again."""
    head = {
        **frames.moment_of(snapshot),
        "fields_version": snapshot.fields_version,
        "fields": orjson.Fragment(fields),
        "items": orjson.Fragment(frames.encode_rows(snapshot, snapshot.rows)),
    }
    return orjson.dumps(head, option=orjson.OPT_UTC_Z)
