"""Finds alarms that have ended, the last one first, in windows of time that bound what is read at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from arcbeat.domain.alarms.alarms import Alarm, AlarmPosition, is_alarm
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.services.alarms.lookup import MOMENT, alarm_of, alarms_until, spans_of, with_earlier_start
from arcbeat.services.alarms.scanning import DAY, ScanBudget
from arcbeat.services.state_runs import StateStore

FOUND_MAX = 5_000
"""Alarms of one window that are kept in memory: the last ones that ended."""
WINDOW_MIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DevicesOfType:
    """Devices of one type whose alarms are listed."""

    device_type: DeviceType
    device_codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class EndedAlarms:
    """Alarms that ended in a window, the last one first; of those that ended at one moment, by device code.

    Attributes:
        searched_from: alarms that ended until then are not among them.
        is_complete: whether these are all of the window; otherwise its last ones to end, up to the last in the list.
    """

    alarms: Sequence[Alarm]
    searched_from: datetime
    is_complete: bool


async def ended_alarms(
    store: StateStore,
    groups: Sequence[DevicesOfType],
    start: datetime,
    position: AlarmPosition,
    budget: ScanBudget,
    *,
    device_days: float,
) -> EndedAlarms:
    """Return alarms that ended after ``start`` and before a position, of so many days divided by the devices.

    Raises:
        StoreError: the store failed.
    """
    end, after = position.ended_before or start, position.device_code or ""
    devices = sum(len(group.device_codes) for group in groups)
    searched_from = max(start, end - max(WINDOW_MIN, DAY * (device_days / max(1, devices))))
    budget.take(devices, end - searched_from)
    found: list[tuple[Alarm, DeviceType]] = []
    is_complete = True
    for group in groups:
        # One moment more than the window, so that an alarm that lasts longer differs from one that ends with it.
        spans = spans_of(store, group.device_type, group.device_codes, searched_from, end + MOMENT)
        async for span in spans:
            is_next = span.end < end or (span.end == end and span.device_code > after)
            if is_next and span.end > searched_from and is_alarm(span, group.device_type):
                found.append((alarm_of(span, group.device_type, end=span.end), group.device_type))
            if len(found) > 2 * FOUND_MAX:
                found, is_complete = _newest(found)[:FOUND_MAX], False
    newest = _newest(found)
    if not is_complete:
        newest = newest[:FOUND_MAX]
    alarms = await _with_starts(store, newest, searched_from, budget)
    return EndedAlarms(alarms, searched_from, is_complete and len(alarms) == len(newest))


def _newest(found: Sequence[tuple[Alarm, DeviceType]]) -> list[tuple[Alarm, DeviceType]]:
    by_code = sorted(found, key=lambda each: each[0].device_code)
    return sorted(by_code, key=lambda each: each[0].end or each[0].start, reverse=True)


async def _with_starts(
    store: StateStore, found: Sequence[tuple[Alarm, DeviceType]], start: datetime, budget: ScanBudget
) -> list[Alarm]:
    """Return the alarms with the starts of those that began before the window, up to the first one not looked up."""
    cut: dict[str, tuple[DeviceType, list[str]]] = {}
    for alarm, device_type in found:
        if alarm.start == start:
            cut.setdefault(device_type.type_code, (device_type, []))[1].append(alarm.device_code)
    earlier: dict[str, Alarm] = {}
    postponed: frozenset[str] = frozenset()
    for device_type, codes in cut.values():
        at_start = await alarms_until(store, device_type, codes, start, budget)
        earlier |= at_start.by_device
        postponed |= at_start.postponed
    alarms: list[Alarm] = []
    for alarm, _ in found:
        if alarm.start != start:
            alarms.append(alarm)
        elif alarm.device_code in postponed:
            break
        else:
            alarms.append(with_earlier_start(alarm, earlier.get(alarm.device_code)))
    return alarms
