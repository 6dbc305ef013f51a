"""State time: how long a device was in which state, day by day."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import Conflict, InputError, InvalidInput
from arcbeat.domain.readings.columns import Column, Value
from arcbeat.domain.readings.history import PAGE_ROWS_MAX, history_pages
from arcbeat.domain.readings.ports import HistorySource
from arcbeat.domain.readings.readings import HistoryQuery, Order, SuperTable
from arcbeat.domain.time.time_ranges import EARLIEST
from arcbeat.domain.time.zones import day_of, midnight

DEVICE_DAYS_MAX = 100
"""A request is about so many days of all its devices together: at a reading every 5 seconds 1.7 million readings."""

DEVICES_AT_ONCE = 4
"""Devices whose histories are read at the same time."""

OTHER_STATES_MAX = 50
"""Of a device and day so many states are told that its type does not list; what is beyond counts as unknown."""

_NO_TIME = timedelta()

Sums: TypeAlias = dict[str | None, timedelta]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRules:
    """How readings become state time.

    Attributes:
        state_field: the column that says the state.
        states: told of every day, in this order; other states that turn up are told after them.
        offline_states: in these a device counts as offline.
        max_gap: a reading's state holds until the next reading, but no longer than this; from then on the device is
            offline.
    """

    state_field: str
    states: tuple[str, ...]
    offline_states: tuple[str, ...]
    max_gap: timedelta

    @classmethod
    def of(cls, device_type: DeviceType) -> "StateRules":
        """A reading's state holds until the reading is stale."""
        return cls(
            state_field=device_type.state_field,
            states=device_type.states,
            offline_states=device_type.offline_states,
            max_gap=timedelta(seconds=device_type.thresholds.stale_after_seconds),
        )

    @property
    def told(self) -> tuple[str, ...]:
        """The states of every day, whether or not the device was in them."""
        return tuple(dict.fromkeys((*self.states, *self.offline_states)))


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a time zone, as far as it has passed; ``start`` and ``end`` in UTC."""

    date: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStates:
    """What a device did on a day: ``states``, ``unknown`` and ``silent`` together are ``total``.

    Attributes:
        states: by state, those of the type first and in its order.
        unknown: of readings that say no state; the device was online.
        silent: beyond the longest gap after the last reading.
        offline: silent, or in a state that counts as offline.
    """

    day: Day
    states: Mapping[str, timedelta]
    unknown: timedelta
    silent: timedelta
    offline: timedelta

    @property
    def total(self) -> timedelta:
        return self.day.end - self.day.start

    @property
    def online(self) -> timedelta:
        return self.total - self.offline

    @property
    def online_rate(self) -> float | None:
        """From 0 to 1; None for a day of no length."""
        return self.online / self.total if self.total else None


def days_until(first: date, last: date, zone: ZoneInfo, now: datetime) -> list[Day]:
    """The days from the first to the last that have begun, today only up to now; days that a zone skipped are none.

    Raises:
        InvalidInput: they are none, or too many for a single device.
    """
    if not EARLIEST.date() <= first <= last:
        raise InvalidInput((InputError("query", "first_day", f"not from {EARLIEST.year} to `last_day`"),))
    count = (min(last, day_of(now, zone)) - first).days + 1
    check_device_days(1, count)
    wanted = (first + timedelta(days=number) for number in range(count))
    days = (Day(day, midnight(day, zone), min(midnight(day + timedelta(days=1), zone), now)) for day in wanted)
    return [day for day in days if day.start < day.end]


def check_state_field(device_type: DeviceType, columns: Sequence[Column]) -> None:
    """Whether readings of a type say a state at all.

    Raises:
        Conflict: its super table does not have the column.
    """
    if device_type.state_field not in {column.name for column in columns if not column.is_tag}:
        detail = f"The super table {device_type.super_table} has no column {device_type.state_field}"
        raise Conflict(f"{detail}, which is the state field of the type {device_type.type_code}.")


def check_device_days(devices: int, days: int) -> None:
    """Whether so much may be asked for at once.

    Raises:
        InvalidInput: it is too much.
    """
    if devices * days > DEVICE_DAYS_MAX:
        detail = f"{days} days of {devices} devices; days times devices are at most {DEVICE_DAYS_MAX}"
        raise InvalidInput((InputError("query", "first_day", detail),))


class StateTime:
    """Adds up the states of one device over days that follow one another; holds no more than the sums."""

    def __init__(self, days: Sequence[Day], rules: StateRules) -> None:
        self._days = days
        self._rules = rules
        self._sums: list[Sums] = [dict.fromkeys((None, *rules.told), _NO_TIME) for _ in days]
        self._place = 0
        self._since: datetime | None = None
        self._state: str | None = None

    def add(self, ts: datetime, state: Value) -> None:
        """The next reading, in the order of time; begin with the last one before the first day."""
        self._hold_until(ts)
        self._since, self._state = ts, None if state in (None, "") else str(state)

    def finish(self) -> list[DayStates]:
        """What became of the days, once all readings are added."""
        if self._days:
            self._hold_until(self._days[-1].end)
        return [self._told(day, sums) for day, sums in zip(self._days, self._sums, strict=True)]

    def _hold_until(self, ts: datetime) -> None:
        """Count the state of the reading before, for as long as it held."""
        if self._since is None:
            return
        end = min(ts, self._since + self._rules.max_gap)
        while self._place < len(self._days):
            day = self._days[self._place]
            held = min(end, day.end) - max(self._since, day.start)
            if held > _NO_TIME:
                self._count(self._sums[self._place], held)
            if end < day.end:
                return
            self._place += 1

    def _count(self, sums: Sums, held: timedelta) -> None:
        is_told = self._state in sums or len(sums) <= len(self._rules.told) + OTHER_STATES_MAX
        state = self._state if is_told else None
        sums[state] = sums.get(state, _NO_TIME) + held

    def _told(self, day: Day, sums: Sums) -> DayStates:
        silent = day.end - day.start - sum(sums.values(), _NO_TIME)
        states = {state: held for state, held in sums.items() if state is not None}
        offline = sum((states.get(state, _NO_TIME) for state in frozenset(self._rules.offline_states)), silent)
        return DayStates(day=day, states=states, unknown=sums[None], silent=silent, offline=offline)


async def state_times(
    store: HistorySource, table: SuperTable, device_codes: Sequence[str], days: Sequence[Day], rules: StateRules
) -> list[list[DayStates]]:
    """What each device did on these days, in the order of the codes; a few devices are read at a time.

    Raises:
        InvalidInput: these are too many days of too many devices.
        StoreError: the store failed.
    """
    check_device_days(len(device_codes), len(days))
    slots = asyncio.Semaphore(DEVICES_AT_ONCE)

    async def one(device_code: str) -> list[DayStates]:
        async with slots:
            return await state_time(store, table, device_code, days, rules)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(device_code)) for device_code in device_codes]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


async def state_time(
    store: HistorySource, table: SuperTable, device_code: str, days: Sequence[Day], rules: StateRules
) -> list[DayStates]:
    """What one device did on these days, from its readings, a page of them at a time.

    Raises:
        StoreError: the store failed.
    """
    sums = StateTime(days, rules)
    if days:
        query = HistoryQuery(
            device_code=device_code,
            start=days[0].start,
            end=days[-1].end,
            fields=(rules.state_field,),
            limit=PAGE_ROWS_MAX,
        )
        for reading in await store.history(table, _last_before(query, rules.max_gap)):
            sums.add(reading.ts, reading.values[rules.state_field])
        async for readings in history_pages(store, table, query):
            for reading in readings:
                sums.add(reading.ts, reading.values[rules.state_field])
    return sums.finish()


def _last_before(query: HistoryQuery, max_gap: timedelta) -> HistoryQuery:
    """The reading that may hold when the range begins, however long ago that was."""
    return replace(query, start=query.start - max_gap, end=query.start, order=Order.DESCENDING, limit=1)
