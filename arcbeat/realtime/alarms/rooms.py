"""Open and close the rooms in which alarms are followed: one per device type, open while it has members."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from arcbeat.domain.readings.filtering import check_state_is_shown
from arcbeat.realtime.alarms.reading import AlarmSources
from arcbeat.realtime.alarms.room import AlarmMember, AlarmRoom
from arcbeat.realtime.rooms.filters import input_errors
from arcbeat.realtime.rooms.room import Room
from arcbeat.realtime.rooms.rooms import Rooms


class AlarmRooms:
    """The rooms of one process, by the code of their device type."""

    def __init__(self, rooms: Rooms, sources: AlarmSources) -> None:
        self._rooms = rooms
        self._sources = sources
        self._open: dict[str, AlarmRoom] = {}

    @asynccontextmanager
    async def joined(self, type_code: str) -> AsyncIterator[AlarmRoom]:
        """Yield the room of a device type, by its code or alias, opened if necessary.

        The room stays open inside the block, and afterwards for as long as it has members.

        Raises:
            UnknownDeviceType: there is no such device type.
            InvalidInput: the state field of the type is hidden.
            StoreError: a store is unavailable.
        """
        async with self._rooms.joined(type_code) as base:
            with input_errors("body"):
                check_state_is_shown(base.device_type, "type_code")
            room = self._room(base)
            room.joining += 1
            try:
                await room.start()
                await base.wait_until_ready()  # the type may have been retired meanwhile
                yield room
            finally:
                room.joining -= 1
                self._close_if_empty(room)

    def leave(self, room: AlarmRoom, member: AlarmMember) -> None:
        """Remove a member, and close the room if it was the last one."""
        room.members.discard(member)
        self._close_if_empty(room)

    async def aclose(self) -> None:
        """Close all rooms."""
        rooms, self._open = list(self._open.values()), {}
        for room in rooms:
            room.close()
        await asyncio.gather(*(room.ended() for room in rooms))

    def _room(self, base: Room) -> AlarmRoom:
        known = self._open.get(base.type_code)
        if known is None or known.base is not base:
            known = self._open[base.type_code] = AlarmRoom(base, self._sources)
            base.members.add(known)
        return known

    def _close_if_empty(self, room: AlarmRoom) -> None:
        if room.is_empty:
            room.close()
            if self._open.get(room.type_code) is room:
                del self._open[room.type_code]
            self._rooms.leave(room.base, room)
