"""Publish the alarms of one device type to the clients that follow them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from arcbeat.domain.alarms.alarms import Alarm
from arcbeat.domain.alarms.ports import AcknowledgementChanges
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.ports import CachedDeviceDetails
from arcbeat.domain.errors import StoreError
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.alarms.acknowledged import AcknowledgementFeed
from arcbeat.realtime.alarms.changes import AlarmChange, AlarmChanges, AlarmEvent
from arcbeat.realtime.alarms.tracker import AlarmTracker, InAlarm
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.room import MEMBERS_PER_TURN_MAX, Room
from arcbeat.realtime.sampling.row_encoding import encode
from arcbeat.services.alarms.bodies import acknowledgement_body, alarm_body

logger = structlog.get_logger(__name__)


class AlarmsAtMoments(Protocol):
    """Looks up alarms in the readings."""

    async def at(self, device_type: DeviceType, moments: Mapping[str, datetime]) -> Mapping[str, Alarm]:
        """Return the alarm that contains the moment of each device; a device that was in none is left out."""
        ...


@dataclass(frozen=True, slots=True)
class AlarmSources:
    """Where a room learns of alarms."""

    lookup: AlarmsAtMoments
    acknowledgements: AcknowledgementChanges
    details: CachedDeviceDetails
    clock: Clock


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
        self._sources = sources
        self._tracker = AlarmTracker()
        self._acknowledged = AcknowledgementFeed(sources.acknowledgements, base.type_code)
        self._starting = asyncio.Lock()
        self._woken = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self._is_failing = False

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
                await self._acknowledged.read()
                await self._track_present()
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

    async def _track_present(self) -> None:
        present = await self._tracker.transitions(self.base.snapshot, self.base.device_type)
        if present is not None:
            self._tracker.commit(present)

    async def _follow(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            for changes in (self._transitions, self._acknowledgements):
                try:
                    self.changes.extend(await changes())
                    self._is_failing = False
                except StoreError as error:
                    if not self._is_failing:
                        logger.warning("alarms_unreadable", type_code=self.type_code, detail=error.detail)
                    self._is_failing = True
                except Exception:
                    logger.exception("alarms_failed", type_code=self.type_code)
            await self._notify_members()

    async def _transitions(self) -> Sequence[AlarmChange]:
        """Return the alarms that have ended and begun since the tick before; a change that fails is found again."""
        device_type = self.base.device_type
        found = await self._tracker.transitions(self.base.snapshot, device_type)
        if found is None:
            return []
        closed = await self._alarms(device_type, found.closed)
        opened = await self._alarms(device_type, found.opened)
        now = self._sources.clock()
        changes = [
            *await self._changes(AlarmEvent.CLOSED, [replace(alarm, end=alarm.end or now) for alarm in closed], now),
            *await self._changes(AlarmEvent.OPENED, [replace(alarm, end=None) for alarm in opened], now),
        ]
        self._tracker.commit(found)
        return changes

    async def _alarms(self, device_type: DeviceType, in_alarm: Mapping[str, InAlarm]) -> Sequence[Alarm]:
        found = await self._sources.lookup.at(device_type, {code: each.ts for code, each in in_alarm.items()})
        return [_matching(found.get(code), device_type, code, each) for code, each in in_alarm.items()]

    async def _changes(self, event: AlarmEvent, alarms: Sequence[Alarm], now: datetime) -> Sequence[AlarmChange]:
        details = await self._sources.details.read([alarm.device_code for alarm in alarms]) if alarms else []
        return [
            AlarmChange(event, encode(alarm_body(alarm, None, known, now)))
            for alarm, known in zip(alarms, details, strict=True)
        ]

    async def _acknowledgements(self) -> Sequence[AlarmChange]:
        return [
            AlarmChange(
                AlarmEvent.ACKNOWLEDGED,
                encode(
                    {
                        "type_code": self.type_code,
                        "device_code": each.device_code,
                        "state": each.state,
                        "start": each.start,
                        "acknowledgement": each.acknowledgement and acknowledgement_body(each.acknowledgement),
                    }
                ),
            )
            for each in await self._acknowledged.read()
        ]

    async def _notify_members(self) -> None:
        for number, member in enumerate(tuple(self.members), 1):
            try:
                await member.notify()
            except Exception:
                # The failure of one member must not keep the frame from the others.
                logger.exception("member_failed", type_code=self.type_code)
            if not number % MEMBERS_PER_TURN_MAX:
                await asyncio.sleep(0)


def _matching(found: Alarm | None, device_type: DeviceType, device_code: str, in_alarm: InAlarm) -> Alarm:
    """Return the alarm that was found, or what the snapshot shows of it if the readings have changed meanwhile."""
    if found is not None and found.state == in_alarm.state:
        return found
    return Alarm(
        type_code=device_type.type_code,
        device_code=device_code,
        state=in_alarm.state,
        start=in_alarm.ts,
        end=None,
        starts_earlier=True,
    )
