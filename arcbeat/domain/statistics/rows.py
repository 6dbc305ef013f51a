"""Daily statistics of state time: per device and day one row, and per type and day one row of the average device."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP, Column, ColumnType, Value
from arcbeat.domain.states.state_time import DayStates
from arcbeat.domain.statistics.state_columns import FIXED_MINUTES, ONLINE_RATE, OTHER_MINUTES, StateColumns

DECIMALS = 6
"""Of minutes and of the online rate, as in the responses of the API."""
DEVICES = "devices"
WHOLE_TYPE = "all"
"""The device code of all rows of a summary."""
DEVICE_CODE_CHARACTERS_MAX = 50
UNCOUNTED_MAX = 1_000
"""States without a column that are remembered: a state field may have any number of values."""

_MINUTE = timedelta(minutes=1)
_NO_TIME = timedelta()

Times = Mapping[str, timedelta]
"""Time by column; the names end in ``_minutes``."""


def table_columns(state_columns: Iterable[str], *, is_summary: bool) -> tuple[Column, ...]:
    """Return the columns of a table of statistics: ts, the fixed columns, those of states, and the tag."""
    names = (*FIXED_MINUTES, ONLINE_RATE, *state_columns)
    return (
        Column(name=TIMESTAMP, type=ColumnType.TIMESTAMP),
        *([Column(name=DEVICES, type=ColumnType.INT)] if is_summary else []),
        *(Column(name=name, type=ColumnType.DOUBLE) for name in names),
        Column(name=DEVICE_CODE, type=ColumnType.NCHAR, length=DEVICE_CODE_CHARACTERS_MAX, is_tag=True),
    )


@dataclass(frozen=True, slots=True)
class DeviceDay:
    """The statistics of a device on one day.

    Attributes:
        times: time by column; the columns of states that were not seen and that the type does not list are left out.
        uncounted: states with time that have no column; their time is in ``other_minutes``.
    """

    times: Times
    uncounted: frozenset[str]

    @classmethod
    def of(cls, day: DayStates, columns: StateColumns) -> "DeviceDay":
        times = {
            "online_minutes": day.online,
            "total_minutes": day.total,
            "offline_minutes": day.offline,
            "silent_minutes": day.silent,
            "unknown_minutes": day.unknown,
            OTHER_MINUTES: _NO_TIME,
        }
        uncounted = set()
        for state, held in day.states.items():
            column = columns.column_of(state)
            if column is None and held:
                uncounted.add(state)
            name = column or OTHER_MINUTES
            times[name] = times.get(name, _NO_TIME) + held
        return cls(times, frozenset(uncounted))


def row_values(times: Times, state_columns: Iterable[str]) -> dict[str, Value]:
    """Return the values of a row, in minutes and percent; a column of a state without time is 0.

    ``total_minutes`` must be in ``times``.
    """
    names = dict.fromkeys((*FIXED_MINUTES, *state_columns))
    values: dict[str, Value] = {name: _minutes(times.get(name, _NO_TIME)) for name in names}
    total = times["total_minutes"]
    values[ONLINE_RATE] = round(100 * (times["online_minutes"] / total), DECIMALS) if total else None
    return values


def _minutes(held: timedelta) -> float:
    return round(held / _MINUTE, DECIMALS)


@dataclass(slots=True)
class DaySummary:
    """Adds up the devices of one day; only the sums are in memory.

    Attributes:
        uncounted: States without a column, some of them where there are more than UNCOUNTED_MAX.
    """

    devices: int = 0
    sums: dict[str, timedelta] = field(default_factory=dict)
    uncounted: set[str] = field(default_factory=set)

    def add(self, days: Sequence[DeviceDay]) -> None:
        """Add devices."""
        self.devices += len(days)
        for day in days:
            if len(self.uncounted) < UNCOUNTED_MAX:
                self.uncounted |= day.uncounted
            for name, held in day.times.items():
                self.sums[name] = self.sums.get(name, _NO_TIME) + held

    def average(self) -> Times:
        """Return the times of the average device; there must be a device."""
        return {name: total / self.devices for name, total in self.sums.items()}
