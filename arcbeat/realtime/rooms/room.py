"""One device type as those who are in its room are told of it."""

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
"""Of a delta over several ticks; the snapshot, which is compressed, is less than what is longer."""
MEMBERS_PER_TURN_MAX = 50
"""Are told; then others have their turn."""

Watch = Callable[[str], AbstractContextManager[Sampler]]

logger = structlog.get_logger(__name__)


class StreamPosition(NamedTuple):
    """Where a client is: a number means something only within its stream."""

    stream_id: str
    seq: int


class Member(Protocol):
    """Somebody in a room."""

    async def notify(self) -> None:
        """There is something new; it asks for it when it can send."""
        ...

    async def tell(self, frame: Frame) -> None:
        """Something that everybody in the room is told, rarely."""
        ...

    async def evict(self, frame: Frame) -> None:
        """The room is closed, as the frame says."""
        ...


class Room:
    """Follows a sampler. Every frame is encoded once, whoever asks for it, and forgotten at the next tick.

    Attributes:
        joining: how many are about to come in; the room stays open for them.
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
        """Until there is something to tell.

        Raises:
            UnknownDeviceType: the type is no more.
            StoreError: a store is away, and was from the beginning.
        """
        await self.sampler.wait_for_snapshot()
        if self.sampler.ended:  # and those who are in it are being told
            raise self.sampler.failure or ArcbeatError("This device type is not sampled any more; ask again.")

    @property
    def is_empty(self) -> bool:
        return not self.members and not self.joining

    @property
    def snapshot(self) -> Snapshot:
        """The newest; there is one, once the room has begun."""
        snapshot = self.sampler.snapshot
        if snapshot is None:
            raise ArcbeatError("The room has not begun.")
        return snapshot

    @property
    def device_type(self) -> DeviceType:
        """As it was when the snapshot was made."""
        device_type = self.sampler.device_type
        if device_type is None:
            raise ArcbeatError("The room has not begun.")
        return device_type

    @property
    def position(self) -> StreamPosition:
        """Where everybody is who has taken everything."""
        return StreamPosition(self.snapshot.stream_id, self.snapshot.seq)

    def is_of(self, type_code: str) -> bool:
        """Whether it is of the type with this code or alias."""
        known = self.sampler.device_type
        return type_code == self.type_code or (known is not None and type_code in known.spellings)

    def where(self) -> dict[str, Any]:
        """Which moment the room is at, and where to get the snapshot of it, or of a later one."""
        return {
            **header_of(self.snapshot),
            "fields_version": self.snapshot.fields_version,
            "snapshot_url": f"{SNAPSHOT_PATH}?{urlencode({'type_code': self.type_code})}",
        }

    def frame_since(self, position: StreamPosition) -> Frame:
        """What leads from there to here, or says that nothing does."""
        return self.cached(position, lambda: self._frame_since(position))

    def cached(self, key: Hashable, make: Callable[[], Frame]) -> Frame:
        """A frame that several may ask for until the next tick."""
        if key not in self._frames:
            self._frames[key] = make()
        return self._frames[key]

    def _frame_since(self, position: StreamPosition) -> Frame:
        now = self.position
        if position.stream_id != now.stream_id:
            return Frame("reset", encode({**self.where(), "reason": "new-stream"}))
        delta = self.sampler.stream.delta_since(*position) if self.sampler.stream else None
        if delta is not None:
            body = encode_delta(delta)
            if delta.seq - delta.since <= 1 or len(body) <= JOINED_BYTES_MAX:
                return Frame("delta", body)
        return Frame("lagging", encode({**self.where(), "take_snapshot": True}))

    def wake(self) -> None:
        """The sampler has made a tick, or has ended."""
        self._frames.clear()
        self._woken.set()

    async def run(self) -> None:
        """Tell the members, always of the newest, until the sampler has ended."""
        try:
            await self._follow()
        except Exception:
            logger.exception("room_failed", type_code=self.type_code)
        reason = "retired" if isinstance(self.sampler.failure, UnknownDeviceType) else "failed"
        frame = Frame("reset", encode({"type_code": self.type_code, "reason": reason}))
        await self._each(lambda member: member.evict(frame))

    async def _follow(self) -> None:
        while not self.sampler.ended:
            await self._woken.wait()
            self._woken.clear()
            if self.sampler.snapshot is not None:
                await self._tell_of_fields()
                await self._each(lambda member: member.notify())

    def close(self) -> None:
        """The sampler need not go on for this room."""
        self._watching.close()

    async def _tell_of_fields(self) -> None:
        before, self._fields_version = self._fields_version, self.snapshot.fields_version
        if before not in {None, self._fields_version}:
            frame = Frame("fields", encode({"type_code": self.type_code, "fields_version": self._fields_version}))
            await self._each(lambda member: member.tell(frame))

    async def _each(self, tell: Callable[[Member], Awaitable[None]]) -> None:
        for number, member in enumerate(tuple(self.members), 1):
            try:
                await tell(member)
            except Exception:
                # one member's trouble is none of the others'
                logger.exception("member_failed", type_code=self.type_code)
            if not number % MEMBERS_PER_TURN_MAX:
                await asyncio.sleep(0)
