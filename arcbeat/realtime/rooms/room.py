"""Publish the changes of one device type to the members of its room."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

import structlog

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import ArcbeatError, UnknownDeviceType
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.sampling.row_encoding import encode, encode_delta, header_of
from arcbeat.realtime.sampling.sampler import Sampler

SNAPSHOT_PATH = "/api/v1/device/data/realtime/snapshot"
JOINED_BYTES_MAX = 2 * 1024 * 1024
"""Size of a delta over several ticks. Above it the snapshot, which HTTP compresses, is less to send."""
MEMBERS_PER_TURN_MAX = 50
"""Members served before the room yields to the event loop, so that a full room does not delay requests."""

Watch = Callable[[str], AbstractContextManager[Sampler]]

logger = structlog.get_logger(__name__)


class StreamPosition(NamedTuple):
    """Which snapshot a client holds. A sequence number is only comparable within one stream."""

    stream_id: str
    seq: int


class Member(Protocol):
    """One client in a room."""

    async def notify(self) -> None:
        """Learn that there is a new snapshot.

        Nothing is sent with the notification: the member fetches its next frame when it is able to send. A slow member
        therefore skips ticks, and no queue of old frames builds up for it.
        """
        ...

    async def send(self, frame: Frame) -> None:
        """Send a frame that is the same for all members."""
        ...

    async def evict(self, frame: Frame) -> None:
        """Send the last frame of a room that closes, and leave the room."""
        ...


class Room:
    """The members who follow one device type, and the frames of the current tick.

    Each frame is made once, when the first member needs it, shared by all members, and dropped at the next tick.

    Attributes:
        joining: how many clients are about to join; the room stays open for them.
    """

    def __init__(self, type_code: str, watch: Watch) -> None:
        self.type_code = type_code
        self._watching = ExitStack()
        self.sampler = self._watching.enter_context(watch(type_code))
        self.members: set[Member] = set()
        self.joining = 0
        self._frames: dict[Hashable, Frame] = {}
        self._fields_version: int | None = None
        self._woken = asyncio.Event()

    async def wait_until_ready(self) -> None:
        """Wait for the first snapshot.

        Raises:
            UnknownDeviceType: there is no such device type any more.
            StoreError: a store is unavailable and there has been no snapshot yet.
        """
        await self.sampler.wait_for_snapshot()
        if self.sampler.ended:
            # The members are being evicted at this moment; a client that joined now would miss it.
            raise self.sampler.failure or ArcbeatError("Sampling of this device type has just ended; try again.")

    @property
    def is_empty(self) -> bool:
        return not self.members and not self.joining

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot. Must not be read before the room is ready."""
        snapshot = self.sampler.snapshot
        if snapshot is None:
            raise ArcbeatError("The room has no snapshot yet.")
        return snapshot

    @property
    def device_type(self) -> DeviceType:
        """The device type as it was when the newest snapshot was made. Must not be read before the room is ready."""
        device_type = self.sampler.device_type
        if device_type is None:
            raise ArcbeatError("The room has no snapshot yet.")
        return device_type

    @property
    def position(self) -> StreamPosition:
        """The position of a client that has received everything."""
        return StreamPosition(self.snapshot.stream_id, self.snapshot.seq)

    def matches(self, type_code: str) -> bool:
        """Return whether this is the code or an alias of the room's device type."""
        known = self.sampler.device_type
        return type_code == self.type_code or (known is not None and type_code in known.spellings)

    def state(self) -> dict[str, Any]:
        """Return the position of the room, and the URL of a snapshot that is at least as new."""
        return {
            **header_of(self.snapshot),
            "fields_version": self.snapshot.fields_version,
            "snapshot_url": f"{SNAPSHOT_PATH}?{urlencode({'type_code': self.type_code})}",
        }

    def frame_since(self, position: StreamPosition) -> Frame:
        """Return the frame for a client at this position.

        It is a ``delta`` to the newest snapshot, ``lagging`` if the client is too far behind for a delta, or ``reset``
        if the stream is another one.
        """
        return self.cached_frame(position, lambda: self._frame_since(position))

    def cached_frame(self, key: Hashable, make: Callable[[], Frame]) -> Frame:
        """Return the frame with this key, made at most once per tick."""
        if key not in self._frames:
            self._frames[key] = make()
        return self._frames[key]

    def _frame_since(self, position: StreamPosition) -> Frame:
        now = self.position
        if position.stream_id != now.stream_id:
            return Frame("reset", encode({**self.state(), "reason": "new-stream"}))
        delta = self.sampler.stream.delta_since(*position) if self.sampler.stream else None
        if delta is not None:
            body = encode_delta(delta)
            # A delta of one tick is always sent: a client that keeps up must never be asked to take snapshots.
            if delta.seq - delta.since <= 1 or len(body) <= JOINED_BYTES_MAX:
                return Frame("delta", body)
        return Frame("lagging", encode({**self.state(), "take_snapshot": True}))

    def wake(self) -> None:
        """Publish the tick that the sampler has just made, or close the room if the sampler has ended."""
        self._frames.clear()
        self._woken.set()

    async def run(self) -> None:
        """Notify the members of each tick until the sampler ends; then evict them.

        Ticks that arrive while the members are being notified are merged into one.
        """
        try:
            await self._follow()
        except Exception:
            logger.exception("room_failed", type_code=self.type_code)
        reason = "retired" if isinstance(self.sampler.failure, UnknownDeviceType) else "failed"
        frame = Frame("reset", encode({"type_code": self.type_code, "reason": reason}))
        await self._for_each_member(lambda member: member.evict(frame))

    async def _follow(self) -> None:
        while not self.sampler.ended:
            await self._woken.wait()
            self._woken.clear()
            if self.sampler.snapshot is not None:
                await self._publish_changed_fields()
                await self._for_each_member(lambda member: member.notify())

    def close(self) -> None:
        """Stop watching the sampler."""
        self._watching.close()

    async def _publish_changed_fields(self) -> None:
        before, self._fields_version = self._fields_version, self.snapshot.fields_version
        if before not in {None, self._fields_version}:
            frame = Frame("fields", encode({"type_code": self.type_code, "fields_version": self._fields_version}))
            await self._for_each_member(lambda member: member.send(frame))

    async def _for_each_member(self, action: Callable[[Member], Awaitable[None]]) -> None:
        for number, member in enumerate(tuple(self.members), 1):
            try:
                await action(member)
            except Exception:
                # The failure of one member must not keep the frame from the others.
                logger.exception("member_failed", type_code=self.type_code)
            if not number % MEMBERS_PER_TURN_MAX:
                await asyncio.sleep(0)
