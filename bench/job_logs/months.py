"""Dropping a month of the log: detaching and dropping its partition, compared with deleting its rows.

A month is dropped while nothing else happens, while an older transaction is open that does not use the log, and while
one is open that has read the log. The last one is not dropped; what counts is how long programs wait meanwhile.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import psycopg

from adapters.postgres.jobs.archive.detach import detach, table_of
from adapters.postgres.jobs.archive.log_archive import DROP_TABLE
from adapters.postgres.jobs.logs import PostgresJobLogs
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.errors import StatementTimeout
from arcbeat.domain.jobs.ports import LogFilter
from bench import record
from bench.job_logs.figures import comparison

MONTHS_PER_CASE = 2
MONTHS = """
select to_date(substring(relname from '\\d{4}_\\d{2}$'), 'YYYY_MM') as month
  from pg_inherits join pg_class on pg_class.oid = inhrelid
 where inhparent = 'sync_job_log'::regclass order by 1"""
DELETE = """
delete from sync_job_log where run_started_at >= %(month)s::timestamp at time zone 'UTC'
   and run_started_at < (%(month)s::timestamp + interval '1 month') at time zone 'UTC'"""
OTHER_TABLE = "select count(*) from sync_job"
THE_LOG = "select count(*) from sync_job_log where run_started_at > now()"
PAGE_ROWS = 51


async def measure(uri: str, partitioned: Database, plain: Database) -> list[record.Row]:
    """Drop the oldest months."""
    months = [row["month"] for row in await partitioned.fetch_all(MONTHS)]
    alone, beside, blocked = months[:MONTHS_PER_CASE], months[MONTHS_PER_CASE : 2 * MONTHS_PER_CASE], months[-5]
    rows = [await _drop("a month dropped (or its rows deleted)", alone, partitioned, plain)]
    async with _transaction(uri, OTHER_TABLE):
        what = "the same beside an older transaction that does not use the log"
        rows.append(await _drop(what, beside, partitioned, plain))
    async with _transaction(uri, THE_LOG):
        rows.append(await _read_meanwhile(uri, blocked, partitioned, plain))
    return rows


async def _drop(what: str, months: list[date], partitioned: Database, plain: Database) -> record.Row:
    times: tuple[list[float], list[float]] = ([], [])
    deleted = 0
    for month in months:
        began = time.perf_counter()
        await detach(partitioned, month)
        await partitioned.execute(DROP_TABLE.format(table_of(month)))
        between = time.perf_counter()
        deleted += await plain.execute(DELETE, {"month": month})
        times[0].append((between - began) * 1000)
        times[1].append((time.perf_counter() - between) * 1000)
    return comparison(what, *times, found=deleted // len(months), executed="")


async def _read_meanwhile(uri: str, month: date, partitioned: Database, plain: Database) -> record.Row:
    """Return how long the first page of the runs takes while a detachment waits for an older transaction."""
    times: tuple[list[float], list[float]] = ([], [])
    async with open_pool(uri, max_size=1) as pool:
        detaching = asyncio.create_task(detach(Database(pool), month))
        while not detaching.done():
            for database, milliseconds in zip((partitioned, plain), times, strict=True):
                began = time.perf_counter()
                await PostgresJobLogs(database).list_logs(LogFilter(), None, PAGE_ROWS)
                milliseconds.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.01)
    assert isinstance(detaching.exception(), StatementTimeout)  # noqa: S101 -- a transaction uses the log
    what = "the first page while a drop waits for an older transaction that has read the log, and gives up"
    return comparison(what, *times, found=PAGE_ROWS, executed="")


@asynccontextmanager
async def _transaction(uri: str, statement: str) -> AsyncIterator[None]:
    """Keep a transaction open that has executed a statement."""
    async with await psycopg.AsyncConnection.connect(uri) as connection:
        await connection.execute("set transaction isolation level repeatable read")
        await connection.execute(statement.encode())
        yield
