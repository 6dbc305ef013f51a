"""State time: how long a device was in which state on each day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import Conflict, InvalidValue
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.states.spans import SpanKind, StateSpan
from arcbeat.domain.time.time_ranges import EARLIEST, TimeRange
from arcbeat.domain.time.zones import day_of, midnight

DEVICE_DAYS_MAX = 300
"""Days times devices per request: at a reading every 5 seconds 5.2 million readings."""

OTHER_STATES_MAX = 50
"""States per device and day that the type does not list; time in further ones counts as unknown."""

_NO_TIME = timedelta()

Sums: TypeAlias = dict[str | None, timedelta]
"""Time by state; None is the time without a state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRules:
    """How readings become state time.

    Attributes:
        state_field: the column that holds the state.
        states: the states of the type; they are listed first, in this order, for every day.
        offline_states: the states in which a device counts as offline.
        max_gap: how long the state of a reading holds without a next reading; after that the device is offline.
    """

    state_field: str
    states: tuple[str, ...]
    offline_states: tuple[str, ...]
    max_gap: timedelta

    @classmethod
    def of(cls, device_type: DeviceType) -> "StateRules":
        """Return the rules of a device type; the state of a reading holds until the reading is stale."""
        return cls(
            state_field=device_type.state_field,
            states=device_type.states,
            offline_states=device_type.offline_states,
            max_gap=timedelta(seconds=device_type.thresholds.stale_after_seconds),
        )

    @property
    def listed_states(self) -> tuple[str, ...]:
        """The states that are listed for every day, whether or not the device was in them."""
        return tuple(dict.fromkeys((*self.states, *self.offline_states)))


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a time zone, today only up to now; ``start`` and ``end`` are in UTC."""

    date: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStates:
    """The state time of a device on one day; ``states``, ``unknown`` and ``silent`` add up to ``total``.

    Attributes:
        states: time by state; the listed states first, in their order.
        unknown: time of readings without a state; the device was online.
        silent: time later than ``max_gap`` after the last reading.
        offline: ``silent``, and time in states that count as offline.
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


def days_between(first_day: date, last_day: date, zone: ZoneInfo, now: datetime) -> list[Day]:
    """Return the days from the first to the last that have begun; days that the time zone skipped are left out.

    Raises:
        InvalidValue: ``first_day`` is too early or after ``last_day``, or the days are too many for a single device.
    """
    if not EARLIEST.date() <= first_day <= last_day:
        raise InvalidValue.of("first_day", f"not between {EARLIEST.date()} and the last day")
    last_day = min(last_day, day_of(now, zone))
    check_device_days(1, (last_day - first_day).days + 1)
    return calendar_days(first_day, last_day, zone, now)


def calendar_days(first_day: date, last_day: date, zone: ZoneInfo, now: datetime) -> list[Day]:
    """Return the days from the first to the last that have begun, however many; skipped days are left out."""
    dates = (first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1))
    days = (Day(day, midnight(day, zone), min(midnight(day + timedelta(days=1), zone), now)) for day in dates)
    return [day for day in days if day.start < day.end]


def check_state_field(device_type: DeviceType, columns: Sequence[Column]) -> None:
    """Check that the readings of a type have its state field.

    Raises:
        Conflict: the super table does not have the column.
    """
    if device_type.state_field not in {column.name for column in columns if not column.is_tag}:
        detail = f"The super table {device_type.super_table} has no column {device_type.state_field}"
        raise Conflict(f"{detail}, which is the state field of the type {device_type.type_code}.")


def check_device_days(devices: int, days: int) -> None:
    """Check the limit of a request.

    Raises:
        InvalidValue: there are too many days, reported for ``first_day``.
    """
    if devices * days > DEVICE_DAYS_MAX:
        detail = f"{days} days of {devices} devices are too many; days times devices are at most {DEVICE_DAYS_MAX}"
        raise InvalidValue.of("first_day", detail)


def check_device_time(devices: int, within: TimeRange) -> None:
    """Check the limit of a request for a range of time.

    Raises:
        InvalidValue: there are too many days, reported for ``start``.
    """
    days = (within.end - within.start) / timedelta(days=1)
    if devices * days > DEVICE_DAYS_MAX:
        detail = (
            f"{days:.1f} days of {devices} devices are too many; days times devices are at most {DEVICE_DAYS_MAX}, "
            "so choose a later start or fewer devices"
        )
        raise InvalidValue.of("start", detail)


class StateTime:
    """Adds up the spans of one device over consecutive days; only the sums are kept in memory."""

    def __init__(self, days: Sequence[Day], rules: StateRules) -> None:
        self._days = days
        self._rules = rules
        self._states_max = len(rules.listed_states) + OTHER_STATES_MAX
        self._sums: list[Sums] = [dict.fromkeys((None, *rules.listed_states), _NO_TIME) for _ in days]
        self._index = 0  # of the day that the next span may begin in

    def add(self, span: StateSpan) -> None:
        """Add the next span in order of time; a silent one may be left out."""
        while self._index < len(self._days):
            day = self._days[self._index]
            held = min(span.end, day.end) - max(span.start, day.start)
            if held > _NO_TIME and span.kind is not SpanKind.SILENT:
                self._count(self._sums[self._index], span.state, held)
            if span.end < day.end:
                return
            self._index += 1

    def finish(self) -> list[DayStates]:
        """Return the days, once all spans are added."""
        return [self._day_states(day, sums) for day, sums in zip(self._days, self._sums, strict=True)]

    def _count(self, sums: Sums, state: str | None, held: timedelta) -> None:
        counted = state if state in sums or len(sums) <= self._states_max else None
        sums[counted] = sums.get(counted, _NO_TIME) + held

    def _day_states(self, day: Day, sums: Sums) -> DayStates:
        silent = day.end - day.start - sum(sums.values(), _NO_TIME)
        states = {state: held for state, held in sums.items() if state is not None}
        offline = sum((states.get(state, _NO_TIME) for state in frozenset(self._rules.offline_states)), silent)
        return DayStates(day=day, states=states, unknown=sums[None], silent=silent, offline=offline)
