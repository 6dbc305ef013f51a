"""Publish the changes of one device type to the members of its room."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol, TypeVar
from weakref import WeakValueDictionary

import structlog

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.ports import LiveTeams
from arcbeat.domain.errors import ArcbeatError, TooManyRequests, UnknownDeviceType
from arcbeat.domain.readings.filtering import SnapshotFilter
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.realtime.rooms.feed import Feed
from arcbeat.realtime.rooms.filtered_feed import FilteredFeed
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.sampling.row_encoding import encode
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.stream import Stream

FILTERS_MAX = 100
"""Different filters of the members of one room. Each of them examines all rows at every tick."""
FILTERS_RETRY_SECONDS = 60
MEMBERS_PER_TURN_MAX = 50
"""Members served before the room yields to the event loop, so that a full room does not delay requests."""

M = TypeVar("M")
Watch = Callable[[str], AbstractContextManager[Sampler]]

logger = structlog.get_logger(__name__)


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


class Room(Feed):
    """The members who follow one device type, and the frames of the current tick.

    Attributes:
        joining: how many clients are about to join; the room stays open for them.
    """

    def __init__(self, type_code: str, watch: Watch, teams: LiveTeams) -> None:
        super().__init__(type_code)
        self._teams = teams
        self._watching = ExitStack()
        self.sampler = self._watching.enter_context(watch(type_code))
        self.members: set[Member] = set()
        self.joining = 0
        # A feed is held by the subscriptions that use it.
        self._feeds: WeakValueDictionary[SnapshotFilter, FilteredFeed] = WeakValueDictionary()
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
    def stream(self) -> Stream | None:
        return self.sampler.stream

    @property
    def snapshot(self) -> Snapshot:
        snapshot = self.sampler.snapshot
        if snapshot is None:
            raise ArcbeatError("The room has no snapshot yet.")
        return snapshot

    @property
    def device_type(self) -> DeviceType:
        device_type = self.sampler.device_type
        if device_type is None:
            raise ArcbeatError("The room has no snapshot yet.")
        return device_type

    def matches(self, type_code: str) -> bool:
        """Return whether this is the code or an alias of the room's device type."""
        known = self.sampler.device_type
        return type_code == self.type_code or (known is not None and type_code in known.spellings)

    async def feed(self, where: SnapshotFilter) -> Feed:
        """Return the feed of the devices that match, which all clients with the same filter share.

        It lasts as long as the caller, or anyone else, holds it.

        Raises:
            InvalidValue: snapshots of the type cannot be filtered like this.
            TooManyRequests: clients of this room use too many different filters already.
            StoreError: the members of the team are not known, and the master data is unavailable.
        """
        if not where:
            return self
        feed = self._feeds.get(where)
        if feed is None:
            if len(self._feeds) >= FILTERS_MAX:
                raise TooManyRequests(
                    f"Clients follow this device type with {FILTERS_MAX} different filters, which is the limit; "
                    "use one of theirs, or filter in the client.",
                    retry_after_seconds=FILTERS_RETRY_SECONDS,
                )
            feed = FilteredFeed(self, where, self._teams)
            await feed.start()
            feed = self._feeds.setdefault(where, feed)  # another client may have been faster
        return feed

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
        await for_each_member(self.members, lambda member: member.evict(frame), type_code=self.type_code)

    async def _follow(self) -> None:
        while not self.sampler.ended:
            await self._woken.wait()
            self._woken.clear()
            if self.sampler.snapshot is not None:
                await self._advance_feeds()
                await self.encode_ahead()
                await self._publish_changed_fields()
                await for_each_member(self.members, lambda member: member.notify(), type_code=self.type_code)

    async def _advance_feeds(self) -> None:
        for feed in list(self._feeds.values()):
            feed.advance()
            await asyncio.sleep(0)

    def close(self) -> None:
        """Stop watching the sampler."""
        self._watching.close()

    async def _publish_changed_fields(self) -> None:
        before, self._fields_version = self._fields_version, self.snapshot.fields_version
        if before not in {None, self._fields_version}:
            frame = Frame("fields", encode({"type_code": self.type_code, "fields_version": self._fields_version}))
            await for_each_member(self.members, lambda member: member.send(frame), type_code=self.type_code)


async def for_each_member(members: Collection[M], action: Callable[[M], Awaitable[None]], **logged: str) -> None:
    """Do something for each member of a room; a failure is logged with these fields, and ends nothing."""
    for number, member in enumerate(tuple(members), 1):
        try:
            await action(member)
        except Exception:
            # The failure of one member must not keep the frame from the others.
            logger.exception("member_failed", **logged)
        if not number % MEMBERS_PER_TURN_MAX:
            await asyncio.sleep(0)
