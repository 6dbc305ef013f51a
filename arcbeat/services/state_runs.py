"""Reads the state runs of devices, in queries that a store can answer, and divides a range of time by them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from arcbeat.concurrency import run_each
from arcbeat.domain.errors import StatementTimeout
from arcbeat.domain.readings.ports import HistorySource
from arcbeat.domain.readings.readings import HistoryQuery, Order
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.joining import RunJoiner, RunsOfReadings
from arcbeat.domain.states.ports import StateRunSource
from arcbeat.domain.states.runs import QueryTooLarge, StateRun, StateRunQuery, halves, slices
from arcbeat.domain.states.spans import SpanDivider, StateSpan

LEAD_MAX = timedelta(days=1)
"""With a longer ``max_gap``, the last reading before a range is looked up, instead of reading all of that time."""
CONCURRENT_DEVICES_MAX = 4
"""Devices whose last reading before a range is looked up at the same time."""
STATEMENT_TIMEOUTS_MAX = 2
"""Statements of one request that may take too long; from then on, smaller parts are read."""
SMALLER_AFTER_TIMEOUT = 4
READINGS_PER_TS_MAX = 100
"""Readings with one ts of which the last before a range is chosen."""


class StateStore(StateRunSource, HistorySource, Protocol):
    """A store that computes state runs and returns readings."""


def read_runs(store: StateRunSource, table: SuperTable, query: StateRunQuery) -> AsyncIterator[StateRun]:
    """Return an iterator over the runs of the readings in the range, ordered by device code, then by time.

    The range and the number of devices are not limited: at most one query of a store is in memory. The iterator raises
    StoreError if the store failed.
    """
    return _joined(_parts(store, table, query), query.max_gap)


async def read_spans(store: StateStore, table: SuperTable, query: StateRunQuery) -> AsyncIterator[StateSpan]:
    """Yield the spans of each device, ordered by device code, then by time; they add up to the range of the query.

    The state of the last reading before the range holds in it too, as long as ``max_gap`` allows.

    Raises:
        StoreError: the store failed.
    """
    waiting = [_divider(code, query) for code in sorted(set(query.device_codes), reverse=True)]
    async for run in await _runs_with_lead(store, table, query):
        while waiting[-1].device_code != run.device_code:
            for span in waiting.pop().finish():
                yield span
        for span in waiting[-1].add(run):
            yield span
    while waiting:
        for span in waiting.pop().finish():
            yield span


def _divider(device_code: str, query: StateRunQuery) -> SpanDivider:
    return SpanDivider(device_code, query.start, query.end, query.max_gap)


async def _joined(parts: AsyncIterator[Sequence[StateRun]], max_gap: timedelta) -> AsyncIterator[StateRun]:
    joiner = RunJoiner(max_gap)
    async for part in parts:
        for run in part:
            if ended := joiner.add(run):
                yield ended
    if ended := joiner.finish():
        yield ended


async def _parts(store: StateRunSource, table: SuperTable, query: StateRunQuery) -> AsyncIterator[Sequence[StateRun]]:
    """Yield the runs of each query that is small enough; a run that continues over their borders is cut."""
    waiting = list(slices(query))[::-1]
    largest = largest_in_time = float("inf")
    timeouts = 0
    while waiting:
        part = waiting.pop()
        if part.device_days > largest:
            waiting += halves(part)[::-1]
            continue
        try:
            runs = await store.state_runs(table, part)
        except QueryTooLarge:
            # The following queries are probably too large as well.
            largest = part.device_days / 2
            waiting += halves(part)[::-1]
        except StatementTimeout:
            timeouts += 1
            if timeouts > STATEMENT_TIMEOUTS_MAX:
                raise
            largest = largest_in_time = part.device_days / SMALLER_AFTER_TIMEOUT
            waiting.append(part)
        else:
            if len(runs) <= part.runs_max / 2:
                # Behind a time with many runs, queries may be larger again.
                largest = min(largest_in_time, max(largest, 2 * part.device_days))
            yield runs


async def _runs_with_lead(store: StateStore, table: SuperTable, query: StateRunQuery) -> AsyncIterator[StateRun]:
    """Return the runs from which the states in the range follow; some may begin, or lie, before it."""
    if query.max_gap <= LEAD_MAX:
        return read_runs(store, table, replace(query, start=query.start - query.max_gap))
    before = await _last_before(store, table, query)
    parts = _parts(store, table, replace(query, start=query.start - LEAD_MAX))
    return _joined(_with_runs_before(before, parts), query.max_gap)


async def _with_runs_before(
    before: Mapping[str, StateRun], parts: AsyncIterator[Sequence[StateRun]]
) -> AsyncIterator[Sequence[StateRun]]:
    """Yield the run of each device that is before the others, then these."""
    waiting = [before[code] for code in sorted(before, reverse=True)]
    async for part in parts:
        runs = []
        for run in part:
            while waiting and waiting[-1].device_code <= run.device_code:
                runs.append(waiting.pop())
            runs.append(run)
        yield runs
    yield waiting[::-1]


async def _last_before(store: HistorySource, table: SuperTable, query: StateRunQuery) -> Mapping[str, StateRun]:
    """Return the last reading of each device that is too old to be read with the range but may hold in it, as a run."""

    async def last(device_code: str) -> StateRun | None:
        return await _last_reading(store, table, query, device_code)

    found = await run_each(last, set(query.device_codes), at_once=CONCURRENT_DEVICES_MAX)
    return {run.device_code: run for run in found if run is not None}


async def _last_reading(
    store: HistorySource, table: SuperTable, query: StateRunQuery, device_code: str
) -> StateRun | None:
    history = HistoryQuery(
        device_code=device_code,
        start=query.start - query.max_gap,
        end=query.start - LEAD_MAX,
        fields=(query.field,),
        order=Order.DESCENDING,
        limit=READINGS_PER_TS_MAX,
    )
    readings = await store.history(table, history)
    runs = RunsOfReadings(device_code, query.max_gap)
    for reading in readings:
        if reading.ts == readings[0].ts:
            runs.add(reading.ts, reading.values[query.field])
    return next(iter(runs.finish()), None)
