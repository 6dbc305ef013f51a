"""Open and close the rooms of one process: one room per device type, open while it has members."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from arcbeat.concurrency import deadline
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import LiveDeviceDetails, LiveTeams
from arcbeat.domain.readings.snapshots import Delta
from arcbeat.realtime.rooms.room import Member, Room
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import Samplers

FIRST_SAMPLE_SECONDS_MAX = 10.0
"""How long a client that joins a room waits for the first snapshot of the device type."""


class Rooms:
    """The open rooms, by the code of their device type.

    Attributes:
        details: the master data of devices, for views that contain it.
    """

    def __init__(
        self, samplers: Samplers, catalogue: DeviceCatalogue, teams: LiveTeams, details: LiveDeviceDetails
    ) -> None:
        self._samplers = samplers
        self._catalogue = catalogue
        self._teams = teams
        self.details = details
        self._rooms: dict[str, Room] = {}
        self._running: dict[Room, asyncio.Task[None]] = {}
        samplers.add_listener(self._ticked)
        samplers.add_end_listener(self._ended)

    @asynccontextmanager
    async def joined(self, type_code: str) -> AsyncIterator[Room]:
        """Yield the room of a device type, by its code or alias, opened if necessary.

        The room stays open inside the block, and afterwards for as long as it has members.

        Raises:
            UnknownDeviceType: there is no such device type.
            StoreError: a store is unavailable and there has been no snapshot yet.
        """
        room = self._find(type_code) or self._opened((await self._catalogue.get_type(type_code)).type_code)
        room.joining += 1
        try:
            async with deadline(FIRST_SAMPLE_SECONDS_MAX):
                await room.wait_until_ready()
            yield room
        finally:
            room.joining -= 1
            self._close_if_empty(room)

    def leave(self, room: Room, member: Member) -> None:
        """Remove a member, and close the room if it was the last one."""
        room.members.discard(member)
        self._close_if_empty(room)

    def sizes(self) -> dict[str, float]:
        """Return the number of rooms, and of members in all rooms."""
        return {
            "rooms": float(len(self._rooms)),
            "members": float(sum(len(room.members) for room in self._rooms.values())),
        }

    async def aclose(self) -> None:
        """Close all rooms."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _find(self, type_code: str) -> Room | None:
        known = self._rooms.get(type_code)
        return known or next((room for room in self._rooms.values() if room.matches(type_code)), None)

    def _opened(self, type_code: str) -> Room:
        # Checked again: another client may have opened the room while the catalogue was being read.
        if type_code not in self._rooms:
            room = self._rooms[type_code] = Room(type_code, self._samplers.watch, self._teams)
            self._running[room] = asyncio.create_task(self._run(room))
        return self._rooms[type_code]

    async def _run(self, room: Room) -> None:
        try:
            await room.run()
        finally:
            self._forget(room)

    def _close_if_empty(self, room: Room) -> None:
        if room.is_empty and room in self._running:
            self._running[room].cancel()
            self._forget(room)

    def _forget(self, room: Room) -> None:
        if self._running.pop(room, None) is not None:
            del self._rooms[room.type_code]
            room.close()

    def _ticked(self, sampler: Sampler, _: Delta) -> None:
        self._wake(sampler)

    def _ended(self, sampler: Sampler) -> None:
        self._wake(sampler)

    def _wake(self, sampler: Sampler) -> None:
        room = self._rooms.get(sampler.type_code)
        if room is not None and room.sampler is sampler:
            room.wake()
