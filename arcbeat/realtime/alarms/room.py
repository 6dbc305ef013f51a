"""Publish the alarms of one device type to the clients that follow them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from arcbeat.domain.errors import StoreError
from arcbeat.realtime.alarms.changes import AlarmChange, AlarmChanges
from arcbeat.realtime.alarms.reading import AlarmReader, AlarmSources
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.room import Room, for_each_member

logger = structlog.get_logger(__name__)


class AlarmMember(Protocol):
    """One client that follows the alarms of a device type."""

    async def notify(self) -> None:
        """Learn that there are changes. Nothing is sent with the notification, as in `rooms/room.py: Member`."""
        ...

    async def evict(self, frame: Frame) -> None:
        """Send the last frame of a room that closes, and leave the room."""
        ...


class AlarmRoom:
    """The clients that follow the alarms of one device type.

    It is a member of the room of the device type, which notifies it of each tick.

    Attributes:
        base: the room of the device type.
        joining: how many clients are about to join; the room stays open for them.
    """

    def __init__(self, base: Room, sources: AlarmSources) -> None:
        self.base = base
        self.type_code = base.type_code
        self.members: set[AlarmMember] = set()
        self.joining = 0
        self.changes = AlarmChanges(base.type_code)
        self._reader = AlarmReader(base, sources)
        self._starting = asyncio.Lock()
        self._woken = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self._failing: set[str] = set()

    @property
    def is_empty(self) -> bool:
        return not self.members and not self.joining

    async def start(self) -> None:
        """Learn which alarms and acknowledgements there are, before the first client joins.

        Raises:
            StoreError: the acknowledgements cannot be read.
        """
        async with self._starting:
            if self._following is None:
                await self._reader.start()
                self._following = asyncio.create_task(self._follow())

    def close(self) -> None:
        """Follow no more."""
        if self._following is not None:
            self._following.cancel()

    async def ended(self) -> None:
        """Wait until nothing runs any more in a closed room."""
        await asyncio.gather(*([self._following] if self._following else []), return_exceptions=True)

    async def notify(self) -> None:
        self._woken.set()

    async def send(self, frame: Frame) -> None:
        """Ignore frames for all members of the device type's room: the clients that need them are its members."""

    async def evict(self, frame: Frame) -> None:
        self.close()
        for member in tuple(self.members):
            await member.evict(frame)

    async def _follow(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            await self._extend("readings", self._reader.transitions)
            await self._extend("acknowledgements", self._reader.acknowledgements)
            await for_each_member(self.members, lambda member: member.notify(), type_code=self.type_code)

    async def _extend(self, source: str, changes: Callable[[], Awaitable[Sequence[AlarmChange]]]) -> None:
        """Add the changes of one source; an outage is logged once, and makes them a later tick's changes."""
        try:
            self.changes.extend(await changes())
            self._failing.discard(source)
        except StoreError as error:
            if source not in self._failing:
                logger.warning("alarms_unreadable", type_code=self.type_code, source=source, detail=error.detail)
            self._failing.add(source)
        except Exception:
            logger.exception("alarms_failed", type_code=self.type_code)
