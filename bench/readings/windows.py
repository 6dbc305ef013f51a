"""Windows over a month of one device, a reading every five seconds, compared with a plain statement of the store."""

import os
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Aggregate, Reading
from arcbeat.domain.readings.windows import WindowRequest
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.intervals import Interval
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.services.windows import read_windows
from bench import record
from bench.support import fleet, stores

DAYS = 30
EVERY = timedelta(seconds=5)
ROWS = timedelta(days=DAYS) // EVERY
BATCH_ROWS = 5_000
WARM_UP, REPEATS = 2, 7
DEVICE = "14412000001"
FIELD = Column(name="weld_current", type=ColumnType.FLOAT)
ZONE = ZoneInfo("UTC")
APRIL = datetime(2024, 4, 1, tzinfo=UTC)
MONTH = TimeRange(APRIL, APRIL + timedelta(days=DAYS))
INTERVALS = ("1h", "1d")
AGGREGATES = (
    (Aggregate.AVG, Aggregate.MIN, Aggregate.MAX),
    (Aggregate.AVG, Aggregate.MIN, Aggregate.MAX, Aggregate.LAST),
)

PlainStatement = Callable[[str, tuple[Aggregate, ...]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A store that holds the month.

    Attributes:
        run_plain: runs the statement that a person would write for an interval and aggregates, and returns the number
            of its rows.
    """

    name: str
    store: TelemetryStore
    table: SuperTable
    run_plain: PlainStatement


async def measure() -> None:
    """Measure every available store and save the results."""
    rows: list[record.Row] = []
    async with postgresql() as subject:
        rows += await _measure(subject)
    if url := os.environ.get("TELEMETRY_TEST_URL"):
        async with tdengine(url) as subject:
            rows += await _measure(subject)
    record.save("windows", rows)


async def _measure(subject: Subject) -> list[record.Row]:
    return [await _row(subject, interval, aggregates) for interval in INTERVALS for aggregates in AGGREGATES]


async def _row(subject: Subject, interval: str, aggregates: tuple[Aggregate, ...]) -> record.Row:
    request = _request(interval, aggregates)
    port_ms, plain_ms, windows = [], [], 0
    for number in range(WARM_UP + REPEATS):
        began = time.perf_counter()
        windows = len(await read_windows(subject.store, subject.table, request))
        between = time.perf_counter()
        plain_windows = await subject.run_plain(interval, aggregates)
        ended = time.perf_counter()
        assert windows == plain_windows  # noqa: S101 -- wrong results must not be measured
        if number >= WARM_UP:
            port_ms.append((between - began) * 1000)
            plain_ms.append((ended - between) * 1000)
    return {
        "store": subject.name,
        "rows": ROWS,
        "interval": interval,
        "windows": windows,
        "aggregates": ", ".join(aggregates),
        "port_ms": round(statistics.median(port_ms), 1),
        "plain_ms": round(statistics.median(plain_ms), 1),
        "ratio": round(statistics.median(ours / theirs for ours, theirs in zip(port_ms, plain_ms, strict=True)), 2),
    }


def _request(interval: str, aggregates: tuple[Aggregate, ...]) -> WindowRequest:
    return WindowRequest(
        device_codes=(DEVICE,),
        within=MONTH,
        zone=ZONE,
        interval=Interval(int(interval[:-1]), interval[-1]),
        columns=(FIELD,),
        aggregates=aggregates,
    )


@asynccontextmanager
async def postgresql() -> AsyncIterator[Subject]:
    """The plain statement groups by date_bin and takes the last element of an array."""
    special = {Aggregate.LAST: f"(array_agg({FIELD.name} order by ts desc))[1]"}
    lengths = {"1h": "1 hour", "1d": "24 hours"}
    async with stores.postgresql() as made:
        database, table = made.database, made.table
        await _fill(made.telemetry, table)

        async def run_plain(interval: str, aggregates: tuple[Aggregate, ...]) -> int:
            selected = ", ".join(special.get(each, f"{each}({FIELD.name})") for each in aggregates)
            statement = (
                f"select date_bin('{lengths[interval]}', ts, '2000-01-01Z'), {selected} from {table} "  # noqa: S608 -- constants
                "where device_code = %s and ts >= %s and ts < %s group by 1 order by 1"
            )
            return len(await database.fetch_all(statement.encode(), (DEVICE, MONTH.start, MONTH.end)))

        await database.execute(f"vacuum analyze {table}".encode())
        yield Subject("PostgreSQL", made.telemetry, table, run_plain)


@asynccontextmanager
async def tdengine(url: str) -> AsyncIterator[Subject]:
    """The plain statement reads the subtable over REST."""
    async with stores.tdengine_at(url) as made:
        await _fill(made.telemetry, made.table)

        async def run_plain(interval: str, aggregates: tuple[Aggregate, ...]) -> int:
            selected = ", ".join(f"{each}({FIELD.name})" for each in aggregates)
            statement = (
                f"select _wstart, {selected} from {made.table.database}.t_{DEVICE} "  # noqa: S608 -- constants
                f"where ts >= '{MONTH.start.isoformat()}' and ts < '{MONTH.end.isoformat()}' interval({interval})"
            )
            return len(await made.database.run(statement))

        yield Subject("TDengine", made.telemetry, made.table, run_plain)


async def _fill(store: TelemetryStore, table: SuperTable) -> None:
    values = fleet.values(DEVICE)
    for first in range(0, ROWS, BATCH_ROWS):
        numbers = range(first, min(first + BATCH_ROWS, ROWS))
        batch = [
            Reading(DEVICE, APRIL + number * EVERY, {**values, FIELD.name: 80 + number * 7919 % 2200 / 10})
            for number in numbers
        ]
        result = await store.append(table, batch)
        assert result.accepted == len(batch)  # noqa: S101 -- as above
