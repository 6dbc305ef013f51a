"""Find which devices have entered or left an alarm state between two snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from arcbeat.domain.catalogue.device_types import RECENT_FRESHNESS, DeviceType
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.snapshot_rows import SnapshotRow
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.slices import slices


@dataclass(frozen=True, slots=True)
class InAlarm:
    """A device in an alarm state; ``ts`` is that of its newest reading in it."""

    state: str
    ts: datetime


@dataclass(frozen=True, slots=True)
class Transitions:
    """What has changed since the last snapshot that was examined.

    Attributes:
        opened: the devices that have entered an alarm state.
        closed: those that have left one, as they were before; a device that changed its alarm state is in both.
        in_alarm: all devices that are in an alarm state now.
    """

    opened: Mapping[str, InAlarm]
    closed: Mapping[str, InAlarm]
    in_alarm: Mapping[str, InAlarm]
    rows: Mapping[str, SnapshotRow]
    alarm_states: frozenset[str]


class AlarmTracker:
    """Compares each snapshot with the one before. The first one opens no alarm: it shows what is open already."""

    def __init__(self) -> None:
        self._last: Transitions | None = None

    async def transitions(self, snapshot: Snapshot, device_type: DeviceType) -> Transitions | None:
        """Return what has changed; None if the snapshot shows nothing new, because a store is unavailable.

        The result does not change until :meth:`commit` is called, so that a change is not lost if publishing fails.
        """
        if snapshot.source is Source.MEMORY:
            return None
        states, last = _shown_alarm_states(device_type), self._last
        # Rows without a change are the same objects; with other alarm states, each row is examined again.
        rows = last.rows if last is not None and last.alarm_states == states else {}
        in_alarm = {} if last is None else {code: each for code, each in last.in_alarm.items() if code in snapshot.rows}
        async for part in slices(snapshot.rows.items()):  # so that a large type delays no request
            for code, row in part:
                if rows.get(code) is not row:
                    _set(in_alarm, code, _in_alarm(row, device_type, states))
        before = in_alarm if last is None else last.in_alarm
        max_gap = timedelta(seconds=device_type.thresholds.stale_after_seconds)
        opened = {code: each for code, each in in_alarm.items() if not _continues(before.get(code), each, max_gap)}
        closed = {code: each for code, each in before.items() if not _continues(each, in_alarm.get(code), max_gap)}
        return Transitions(opened, closed, in_alarm, snapshot.rows, states)

    def commit(self, transitions: Transitions) -> None:
        """Compare the next snapshot with the one of these transitions."""
        self._last = transitions


def _set(in_alarm: dict[str, InAlarm], code: str, current: InAlarm | None) -> None:
    if current is None:
        in_alarm.pop(code, None)
    else:
        in_alarm[code] = current


def _shown_alarm_states(device_type: DeviceType) -> frozenset[str]:
    """Return the alarm states of a type; none if its clients do not see the state."""
    is_shown = any(field.name == device_type.state_field for field in device_type.visible_fields)
    return frozenset(device_type.alarm_states) if is_shown else frozenset()


def _in_alarm(row: SnapshotRow, device_type: DeviceType, states: frozenset[str]) -> InAlarm | None:
    if row.ts is None or row.freshness not in RECENT_FRESHNESS or not states:
        return None
    state = row.state(device_type)
    return InAlarm(state, row.ts) if state is not None and state in states else None


def _continues(before: InAlarm | None, after: InAlarm | None, max_gap: timedelta) -> bool:
    if before is None or after is None:
        return False
    return before.state == after.state and after.ts - before.ts <= max_gap
