"""State time of a day of fifty devices, a reading every five seconds, compared with a plain statement of the store.

The plain statement finds the states alone: it joins a state across gaps and, in TDengine, across readings without one.
"""

import asyncio
import os
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from arcbeat.domain.readings.history import PAGE_ROWS_MAX
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import HistoryQuery, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.joining import RunsOfReadings
from arcbeat.domain.states.spans import SpanDivider
from arcbeat.domain.states.state_time import Day, DayStates, StateRules, StateTime
from arcbeat.services.history import history_pages
from arcbeat.services.states import state_times
from bench import record
from bench.support import fleet, stores

DEVICES = 50
EVERY = timedelta(seconds=5)
ROWS_PER_DEVICE = timedelta(days=1) // EVERY
READINGS_PER_RUN = 66
BATCH_ROWS = 5_000
WARM_UP, REPEATS = 2, 7
CONCURRENT_DEVICES = 4
RATIO_MAX = 3
TARGET = f"{{store}}, a day of {DEVICES} devices: time to the plain statement's"
FIELD = "device_status"
STATES = ("焊接", "待机", "报警", "关机")
MAY = datetime(2024, 5, 1, tzinfo=UTC)
DAY = Day(date(2024, 5, 1), MAY, MAY + timedelta(days=1))
RULES = StateRules(state_field=FIELD, states=STATES, offline_states=("关机",), max_gap=timedelta(seconds=60))
CODES = tuple(f"{14412000000 + number}" for number in range(DEVICES))

PlainStatement = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A store that holds the day.

    Attributes:
        run_plain: runs the statement that a person would write, and returns the number of its rows.
    """

    name: str
    store: TelemetryStore
    table: SuperTable
    run_plain: PlainStatement


async def measure() -> None:
    """Measure every available store and save the results."""
    rows: list[record.Row] = []
    async with postgresql() as subject:
        rows.append(await _row(subject))
    if url := os.environ.get("TELEMETRY_TEST_URL"):
        async with tdengine(url) as subject:
            rows.append(await _row(subject))
    targets = [record.Target(TARGET.format(**row), row["ratio"], RATIO_MAX, at_most=True) for row in rows]
    record.save("states", rows, targets)


async def _row(subject: Subject) -> record.Row:
    ours_ms, plain_ms, runs = [], [], 0
    for number in range(WARM_UP + REPEATS):
        began = time.perf_counter()
        days = await state_times(subject.store, subject.table, CODES, [DAY], RULES)
        between = time.perf_counter()
        runs = await subject.run_plain()
        ended = time.perf_counter()
        if number >= WARM_UP:
            ours_ms.append((between - began) * 1000)
            plain_ms.append((ended - between) * 1000)
    began = time.perf_counter()
    by_reading = await _by_reading(subject)
    reading_ms = (time.perf_counter() - began) * 1000
    assert days == by_reading  # noqa: S101 -- wrong results must not be measured
    return {
        "store": subject.name,
        "rows": DEVICES * ROWS_PER_DEVICE,
        "runs": runs,
        "state_time_ms": round(statistics.median(ours_ms), 1),
        "plain_ms": round(statistics.median(plain_ms), 1),
        "ratio": round(statistics.median(ours / theirs for ours, theirs in zip(ours_ms, plain_ms, strict=True)), 2),
        "by_reading_ms": round(reading_ms, 1),
    }


async def _by_reading(subject: Subject) -> list[list[DayStates]]:
    """Return the same state time, computed from every reading, of a few devices at the same time."""
    slots = asyncio.Semaphore(CONCURRENT_DEVICES)

    async def one(device_code: str) -> list[DayStates]:
        async with slots:
            return await _of_device(subject, device_code)

    return list(await asyncio.gather(*map(one, CODES)))


async def _of_device(subject: Subject, device_code: str) -> list[DayStates]:
    query = HistoryQuery(
        device_code=device_code,
        start=DAY.start - RULES.max_gap,
        end=DAY.end,
        fields=(FIELD,),
        limit=PAGE_ROWS_MAX,
    )
    runs, sums = RunsOfReadings(device_code, RULES.max_gap), StateTime([DAY], RULES)
    divider = SpanDivider(device_code, DAY.start, DAY.end, RULES.max_gap)
    async for readings in history_pages(subject.store, subject.table, query):
        for reading in readings:
            if run := runs.add(reading.ts, reading.values[FIELD]):
                for span in divider.add(run):
                    sums.add(span)
    for span in [each for run in runs.finish() for each in divider.add(run)] + divider.finish():
        sums.add(span)
    return sums.finish()


@asynccontextmanager
async def postgresql() -> AsyncIterator[Subject]:
    """The plain statement numbers the changes of the state."""
    async with stores.postgresql() as made:
        database, table = made.database, made.table
        await _fill(made.telemetry, table)
        statement = f"""
            with read as (
                select device_code, ts, {FIELD}, {FIELD} is distinct from lag({FIELD}) over by_time as is_first
                from {table} where device_code = any(%s) and ts >= %s and ts < %s
                window by_time as (partition by device_code order by ts)),
            numbered as (
                select *, count(*) filter (where is_first) over (partition by device_code order by ts) as number
                from read)
            select device_code, {FIELD}, min(ts), max(ts) from numbered
            group by device_code, number, {FIELD} order by device_code, 3
        """  # noqa: S608 -- constants

        async def run_plain() -> int:
            return len(await database.fetch_all(statement.encode(), (list(CODES), DAY.start, DAY.end)))

        await database.execute(f"vacuum analyze {table}".encode())
        yield Subject("PostgreSQL", made.telemetry, table, run_plain)


@asynccontextmanager
async def tdengine(url: str) -> AsyncIterator[Subject]:
    """The plain statement reads the super table over REST."""
    async with stores.tdengine_at(url) as made:
        await _fill(made.telemetry, made.table)
        statement = (
            f"select _wstart, _wend, first({FIELD}), tbname from {made.table} where ts >= '{DAY.start.isoformat()}' "  # noqa: S608 -- constants
            f"and ts < '{DAY.end.isoformat()}' partition by tbname state_window({FIELD})"
        )

        async def run_plain() -> int:
            return len(await made.database.run(statement))

        yield Subject("TDengine", made.telemetry, made.table, run_plain)


async def _fill(store: TelemetryStore, table: SuperTable) -> None:
    for code in CODES:
        readings = list(_readings(code))
        for first in range(0, len(readings), BATCH_ROWS):
            result = await store.append(table, readings[first : first + BATCH_ROWS])
            assert result.accepted == len(readings[first : first + BATCH_ROWS])  # noqa: S101 -- as above


def _readings(code: str) -> Iterator[Reading]:
    chance, values = random.Random(code), fleet.values(code)  # noqa: S311 -- no secret
    state = STATES[0]
    for number in range(ROWS_PER_DEVICE):
        if chance.random() < 1 / READINGS_PER_RUN:
            state = chance.choice(STATES)
        yield Reading(code, MAY + number * EVERY, {**values, FIELD: state})
