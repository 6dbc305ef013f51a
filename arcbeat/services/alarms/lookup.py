"""Looks up where alarms begin and end, further and further away from a moment at which devices are in one."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from arcbeat.domain.alarms.alarms import Alarm, is_alarm
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.states.runs import StateRunQuery
from arcbeat.domain.states.spans import StateSpan
from arcbeat.domain.states.state_time import StateRules
from arcbeat.domain.time.time_ranges import EARLIEST
from arcbeat.services.alarms.scanning import ScanBudget
from arcbeat.services.state_runs import StateStore, read_spans

DISTANCES = (timedelta(hours=1), timedelta(days=1), timedelta(days=31))
"""How far from a moment the start and the end of an alarm are looked for; most alarms need the first step only."""
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class AlarmsAtMoment:
    """The alarms in which devices are at a moment.

    Attributes:
        by_device: without the devices that are in no alarm; ``end`` is None in each.
        postponed: the devices that were not looked up, because the request may not read more.
    """

    by_device: dict[str, Alarm]
    postponed: frozenset[str]


async def alarms_until(
    store: StateStore, device_type: DeviceType, device_codes: Sequence[str], moment: datetime, budget: ScanBudget
) -> AlarmsAtMoment:
    """Return the alarms in which the devices are just before a moment. Devices are postponed from the end of the list.

    Raises:
        StoreError: the store failed.
    """
    found: dict[str, Alarm] = {}
    postponed: set[str] = set()
    waiting, end = list(device_codes), moment
    for distance in DISTANCES:
        start = max(EARLIEST, moment - distance)
        if not waiting or start >= end:
            break
        count = budget.take(len(waiting), end - start)
        postponed.update(waiting[count:])
        last = {span.device_code: span async for span in spans_of(store, device_type, waiting[:count], start, end)}
        waiting = [code for code in waiting[:count] if _extend(found, device_type, last[code], start)]
        end = start
    for code in waiting:
        found[code] = replace(found[code], starts_earlier=True)
    return AlarmsAtMoment({code: each for code, each in found.items() if code not in postponed}, frozenset(postponed))


async def with_end(store: StateStore, device_type: DeviceType, alarm: Alarm, moment: datetime, now: datetime) -> Alarm:
    """Return an alarm that contains a moment with its end, which is looked for up to now.

    Raises:
        StoreError: the store failed.
    """
    for distance in DISTANCES:
        until = min(moment + distance, now)
        # The last moment of the range shows whether the state lasts until its end.
        spans = spans_of(store, device_type, [alarm.device_code], moment, until + MOMENT)
        first = await anext(aiter(spans))
        if first.end <= until:
            return replace(alarm, end=first.end)
        if until == now:
            return alarm
    return replace(alarm, end=moment + DISTANCES[-1])


def spans_of(
    store: StateStore, device_type: DeviceType, device_codes: Sequence[str], start: datetime, end: datetime
) -> AsyncIterator[StateSpan]:
    """Yield the state spans of devices of one type.

    Raises:
        StoreError: the store failed.
    """
    rules = StateRules.of(device_type)
    query = StateRunQuery(
        device_codes=tuple(device_codes), start=start, end=end, field=rules.state_field, max_gap=rules.max_gap
    )
    return read_spans(store, device_type.super_table, query)


def _extend(found: dict[str, Alarm], device_type: DeviceType, last: StateSpan, start: datetime) -> bool:
    """Add what the last span before a moment shows of an alarm; return whether it may begin before ``start``."""
    code, known = last.device_code, found.get(last.device_code)
    if known is None:
        if not is_alarm(last, device_type):
            return False
        found[code] = alarm_of(last, device_type)
    elif is_alarm(last, device_type) and last.state == known.state:
        found[code] = replace(known, start=last.start)
    return found[code].start == start


def with_earlier_start(alarm: Alarm, before: Alarm | None) -> Alarm:
    """Return an alarm that was cut at its start; ``before`` is the one in which the device was just before it."""
    if before is None or before.state != alarm.state:
        return alarm
    return replace(alarm, start=before.start, starts_earlier=before.starts_earlier)


def alarm_of(span: StateSpan, device_type: DeviceType, *, end: datetime | None = None) -> Alarm:
    """Return the alarm of a span in an alarm state."""
    return Alarm(
        type_code=device_type.type_code,
        device_code=span.device_code,
        state=str(span.state),
        start=span.start,
        end=end,
    )
