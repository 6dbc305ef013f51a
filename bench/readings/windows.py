"""Windows over a month of one device, a reading every five seconds, beside the plain statement of the store."""

import os
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from arcbeat.domain.readings.columns import Column, ColumnType
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Aggregate, Reading, SuperTable
from arcbeat.domain.readings.windows import WindowRequest, windows_of
from arcbeat.domain.time.intervals import Interval
from arcbeat.domain.time.time_ranges import TimeRange
from bench import fleet, record
from tests.conformance import harness
from tests.support.catalogue import WELDING_COLUMNS
from tests.support.postgres import default_home, start

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

Plain = Callable[[str, tuple[Aggregate, ...]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Stand:
    """A store with the month in it.

    Attributes:
        plain: runs the statement that a person would write, by interval and aggregates; answers its number of rows.
    """

    name: str
    store: TelemetryStore
    table: SuperTable
    plain: Plain


async def measure() -> None:
    """Every store at hand."""
    rows: list[record.Row] = []
    async with postgresql() as stand:
        rows += await _measure(stand)
    if url := os.environ.get("TELEMETRY_TEST_URL"):
        async with tdengine(url) as stand:
            rows += await _measure(stand)
    record.save("windows", rows)


async def _measure(stand: Stand) -> list[record.Row]:
    return [await _row(stand, interval, aggregates) for interval in INTERVALS for aggregates in AGGREGATES]


async def _row(stand: Stand, interval: str, aggregates: tuple[Aggregate, ...]) -> record.Row:
    request = _request(interval, aggregates)
    port_ms, plain_ms, windows = [], [], 0
    for number in range(WARM_UP + REPEATS):
        began = time.perf_counter()
        windows = len(await windows_of(stand.store, stand.table, request))
        between = time.perf_counter()
        found = await stand.plain(interval, aggregates)
        ended = time.perf_counter()
        assert windows == found  # noqa: S101 -- a benchmark of wrong answers is none
        if number >= WARM_UP:
            port_ms.append((between - began) * 1000)
            plain_ms.append((ended - between) * 1000)
    return {
        "store": stand.name,
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
        interval=Interval.parse(interval),
        columns=(FIELD,),
        aggregates=aggregates,
    )


@asynccontextmanager
async def postgresql() -> AsyncIterator[Stand]:
    """The embedded server; the statement groups by date_bin and takes the last of an array."""
    said = {Aggregate.LAST: f"(array_agg({FIELD.name} order by ts desc))[1]"}
    lengths = {"1h": "1 hour", "1d": "24 hours"}
    async with harness.postgres(start(default_home())) as made:
        assert isinstance(made, harness.PostgresHarness)  # noqa: S101 -- whose other side runs the plain statement
        admin, table = made.admin, await _filled(made)

        async def plain(interval: str, aggregates: tuple[Aggregate, ...]) -> int:
            selected = ", ".join(said.get(each, f"{each}({FIELD.name})") for each in aggregates)
            statement = (
                f"select date_bin('{lengths[interval]}', ts, '2000-01-01Z'), {selected} from {table} "  # noqa: S608 -- constants
                "where device_code = %s and ts >= %s and ts < %s group by 1 order by 1"
            )
            return len(await admin.fetch_all(statement.encode(), (DEVICE, MONTH.start, MONTH.end)))

        await admin.execute(f"vacuum analyze {table}".encode())
        yield Stand("PostgreSQL", made.store, table, plain)


@asynccontextmanager
async def tdengine(url: str) -> AsyncIterator[Stand]:
    """A live one; the statement is on the subtable, over REST."""
    async with harness.tdengine(url, "ms")(start(default_home())) as made, harness.open_client(url) as client:
        table = await _filled(made)

        async def plain(interval: str, aggregates: tuple[Aggregate, ...]) -> int:
            selected = ", ".join(f"{each}({FIELD.name})" for each in aggregates)
            statement = (
                f"select _wstart, {selected} from {table.database}.t_{DEVICE} "  # noqa: S608 -- constants
                f"where ts >= '{MONTH.start.isoformat()}' and ts < '{MONTH.end.isoformat()}' interval({interval})"
            )
            answer = (await client.post("/rest/sql", content=statement.encode())).json()
            return len(answer["data"])

        yield Stand("TDengine", made.store, table, plain)


async def _filled(made: harness.Harness) -> SuperTable:
    table = SuperTable(made.database, "welding_real_data")
    await made.create_super_table(table, WELDING_COLUMNS)
    values = fleet.values(DEVICE)
    for first in range(0, ROWS, BATCH_ROWS):
        numbers = range(first, min(first + BATCH_ROWS, ROWS))
        batch = [
            Reading(DEVICE, APRIL + number * EVERY, {**values, FIELD.name: 80 + number * 7919 % 2200 / 10})
            for number in numbers
        ]
        result = await made.store.append(table, batch)
        assert result.accepted == len(batch)  # noqa: S101 -- as above
    return table
