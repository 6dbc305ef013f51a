"""Read what has changed about the alarms of one device type: in the readings, and in their acknowledgements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from arcbeat.domain.alarms.alarms import Alarm
from arcbeat.domain.alarms.ports import AcknowledgementChanges
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.ports import CachedDeviceDetails
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.alarms.acknowledged import AcknowledgementFeed
from arcbeat.realtime.alarms.changes import AlarmChange, AlarmEvent
from arcbeat.realtime.alarms.tracker import AlarmTracker, InAlarm
from arcbeat.realtime.rooms.room import Room
from arcbeat.realtime.sampling.row_encoding import encode
from arcbeat.services.alarms.bodies import acknowledgement_body, alarm_body


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


class AlarmReader:
    """Compares the snapshots of a room, and the acknowledgements, with those that were read before."""

    def __init__(self, base: Room, sources: AlarmSources) -> None:
        self._base = base
        self._sources = sources
        self._tracker = AlarmTracker()
        self._acknowledged = AcknowledgementFeed(sources.acknowledgements, base.type_code)

    async def start(self) -> None:
        """Learn which alarms and acknowledgements there are.

        Raises:
            StoreError: the acknowledgements cannot be read.
        """
        await self._acknowledged.read()
        present = await self._tracker.transitions(self._base.snapshot, self._base.device_type)
        if present is not None:
            self._tracker.commit(present)

    async def transitions(self) -> Sequence[AlarmChange]:
        """Return the alarms that have ended and begun since the last call; what cannot be looked up is found again.

        Raises:
            StoreError: the readings cannot be read.
        """
        device_type = self._base.device_type
        found = await self._tracker.transitions(self._base.snapshot, device_type)
        if found is None:
            return []
        closed = await self._alarms(device_type, found.closed)
        opened = await self._alarms(device_type, found.opened)
        # Between two snapshots that lie far apart, the readings may show that an alarm went on.
        lasting = {(each.device_code, each.start) for each in closed} & {
            (each.device_code, each.start) for each in opened
        }
        closed, opened = _without(closed, lasting), _without(opened, lasting)
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

    async def acknowledgements(self) -> Sequence[AlarmChange]:
        """Return the acknowledgements that have changed since the last call.

        Raises:
            StoreError: they cannot be read; the next call returns them.
        """
        return [
            AlarmChange(
                AlarmEvent.ACKNOWLEDGED,
                encode(
                    {
                        "type_code": self._base.type_code,
                        "device_code": each.device_code,
                        "state": each.state,
                        "start": each.start,
                        "acknowledgement": each.acknowledgement and acknowledgement_body(each.acknowledgement),
                    }
                ),
            )
            for each in await self._acknowledged.read()
        ]


def _without(alarms: Sequence[Alarm], lasting: Collection[tuple[str, datetime]]) -> Sequence[Alarm]:
    return [alarm for alarm in alarms if (alarm.device_code, alarm.start) not in lasting]


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
