"""The log of jobs with 2 million rows in twelve months, compared with a table of the same rows in one piece.

Both have the same indexes, and both are read and written by arcbeat's own adapter.
"""

import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import sql
from psycopg.abc import Params, QueryNoTemplate

from adapters.postgres.jobs.catalogue import PostgresJobCatalogue
from adapters.postgres.jobs.logs import PostgresJobLogs
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.schema.migration import migrate
from arcbeat.domain.time.clock import utc_now
from bench import record
from bench.job_logs import months, reads, rows, writes
from bench.job_logs.figures import comparison
from bench.job_logs.reads import Read
from bench.support import postgres

WARM_UP, REPEATS, TEXT_REPEATS = 12, 60, 20
"""psycopg prepares a statement at its sixth execution, and PostgreSQL chooses a plan for all values at the eleventh."""
STATEMENT_SECONDS = 60.0
READ_MS_MAX, TEXT_MS_MAX, DROP_MS_MAX, WRITE_MS_MAX = 20, 300, 1000, 1
PARTITIONS = "select count(*) as partitions from pg_inherits where inhparent = 'sync_job_log'::regclass"


class RecordingDatabase(Database):
    """A database that remembers its last statement, to explain it."""

    last: tuple[QueryNoTemplate, Params] = ("", ())

    async def fetch_all(self, query: QueryNoTemplate, params: Params = ()) -> list[dict[str, Any]]:
        self.last = query, params
        return await super().fetch_all(query, params)

    async def fetch_one(self, query: QueryNoTemplate, params: Params = ()) -> dict[str, Any] | None:
        self.last = query, params
        return await super().fetch_one(query, params)


@dataclass(frozen=True, slots=True)
class Log:
    """One of the two tables."""

    database: RecordingDatabase
    logs: PostgresJobLogs


async def measure() -> None:
    """Fill both tables, measure, and save the results. It takes some minutes and 4 GB of disk."""
    async with postgres.temporary_database() as uri:
        migrate(uri)
        async with _log(uri, "public") as partitioned, _log(uri, f"{rows.PLAIN_SCHEMA},public") as plain:
            await PostgresJobCatalogue(partitioned.database, utc_now).register(rows.definitions())
            rows.fill(uri)
            postgres.vacuum(uri)
            results, targets = await _measure(uri, partitioned, plain)
    record.save("job_logs", results, targets)


async def _measure(uri: str, partitioned: Log, plain: Log) -> tuple[list[record.Row], list[record.Target]]:
    sample = await reads.sampled(partitioned.logs)
    singles = [await _row(what, read, partitioned, plain) for what, read in (*reads.lists(), *reads.runs(sample))]
    texts = [await _row(what, read, partitioned, plain, TEXT_REPEATS) for what, read in reads.texts()]
    written = await writes.measure(partitioned.database, plain.database)
    dropped = await months.measure(uri, partitioned.database, plain.database)
    return [*singles, *texts, written, *dropped], [
        _target("each read, p95 in ms", max(each["partitioned_p95_ms"] for each in singles), READ_MS_MAX),
        _target("each search for a text, p95 in ms", max(each["partitioned_p95_ms"] for each in texts), TEXT_MS_MAX),
        _target("a row written by the runner, p50 in ms", written["partitioned_p50_ms"], WRITE_MS_MAX),
        *(_target(f"{each['what']}, ms", each["partitioned_p95_ms"], DROP_MS_MAX) for each in dropped),
    ]


def _target(what: str, figure: float, bound: float) -> record.Target:
    return record.Target(what, figure, bound, at_most=True)


async def _row(what: str, read: Read, partitioned: Log, plain: Log, repeats: int = REPEATS) -> record.Row:
    times: tuple[list[float], list[float]] = ([], [])
    found = 0
    for number in range(WARM_UP + repeats):
        for log, milliseconds in zip((partitioned, plain), times, strict=True):
            began = time.perf_counter()
            found = await read(log.logs)
            if number >= WARM_UP:
                milliseconds.append((time.perf_counter() - began) * 1000)
    return comparison(what, *times, found=found, executed=await _executed(partitioned.database))


async def _executed(database: RecordingDatabase) -> str:
    """Return on how many partitions the last statement executed a node, of how many."""
    query, params = database.last
    assert isinstance(query, sql.Composable)  # noqa: S101 -- for the type checker
    async with database.connection() as connection:
        explained = await connection.execute(sql.SQL("explain (analyze, format json) {}").format(query), params)
        [row] = await explained.fetchall()
        [total] = await (await connection.execute(PARTITIONS)).fetchall()
    nodes = _nodes(row["QUERY PLAN"][0]["Plan"])
    executed = {node["Relation Name"] for node in nodes if "Relation Name" in node and node["Actual Loops"]}
    return f"{sum(bool(re.fullmatch(r'sync_job_log_[0-9_]+', each)) for each in executed)} of {total['partitions']}"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


@asynccontextmanager
async def _log(uri: str, search_path: str) -> AsyncIterator[Log]:
    async with open_pool(f"{uri}&options=-csearch_path%3D{search_path}", max_size=1) as pool:
        database = RecordingDatabase(pool, timeout_seconds=STATEMENT_SECONDS)
        yield Log(database, PostgresJobLogs(database))
