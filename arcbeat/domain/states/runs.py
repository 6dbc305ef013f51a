"""State runs: the stretches of time in which a device stayed in one state, and the queries for them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from arcbeat.domain.schema.columns import Value

DEVICE_DAYS_PER_QUERY = 60
"""Devices times days of one query: a million readings at one every 5 seconds."""
RUNS_PER_QUERY_MAX = 50_000
"""Runs of one query. It bounds the memory of an answer where every reading begins a run."""

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


class QueryTooLarge(Exception):
    """A query has more runs, or more readings, than a store reads at once; :func:`halves` of it may have fewer."""


@dataclass(frozen=True, slots=True)
class StateRun:
    """Consecutive readings of one device that have one state, none later than ``max_gap`` after the one before.

    Attributes:
        state: None for readings without a state: the device responded, and its state is unknown.
        first: the ts of the first reading.
        last: the ts of the last reading.
    """

    device_code: str
    state: str | None
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRunQuery:
    """The state runs of the readings with ``start <= ts < end``.

    Of several readings of a device with one ts, the one with the greatest state counts, by code point; a reading
    without a state is the smallest.

    Attributes:
        field: the column that holds the state.
        max_gap: a run ends where no reading came for longer; positive.
        runs_max: with more runs the query is too large.
    """

    device_codes: tuple[str, ...]
    start: datetime
    end: datetime
    field: str
    max_gap: timedelta
    runs_max: int = RUNS_PER_QUERY_MAX

    @property
    def device_days(self) -> float:
        return len(self.device_codes) * ((self.end - self.start) / _DAY)


def state_of(value: Value) -> str | None:
    """Return the state that a value of the state field means; None and the empty text mean none."""
    return None if value is None or value == "" else str(value)


def slices(query: StateRunQuery) -> Iterator[StateRunQuery]:
    """Split a query into small ones, whose results follow each other by device code, then by time."""
    codes = sorted(set(query.device_codes))
    days = (query.end - query.start) / _DAY
    if days <= 0:
        return
    at_once = max(1, int(DEVICE_DAYS_PER_QUERY / days))
    length = min(query.end - query.start, DEVICE_DAYS_PER_QUERY * _DAY)
    for index in range(0, len(codes), at_once):
        start = query.start
        while start < query.end:
            end = min(start + length, query.end)
            yield replace(query, device_codes=tuple(codes[index : index + at_once]), start=start, end=end)
            start = end


def halves(query: StateRunQuery) -> tuple[StateRunQuery, StateRunQuery]:
    """Split a query by device, or that of one device by time, in the order of :func:`slices`.

    Raises:
        QueryTooLarge: it cannot be split: it is about one device and one moment.
    """
    if (count := len(query.device_codes)) > 1:
        codes = query.device_codes
        return replace(query, device_codes=codes[: count // 2]), replace(query, device_codes=codes[count // 2 :])
    if query.end - query.start <= _MICROSECOND:
        raise QueryTooLarge
    middle = query.start + (query.end - query.start) // 2
    return replace(query, end=middle), replace(query, start=middle)
