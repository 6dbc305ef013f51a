"""Tests of following runs live: what is read, and when it is read."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import psycopg
import pytest

from adapters.postgres.jobs.catalogue import PostgresJobCatalogue
from adapters.postgres.jobs.runs import PostgresRunQueue
from adapters.postgres.jobs.watch import LATE_COMMITS_MAX, NEWEST, RUNS_MAX, PostgresRunWatch
from adapters.postgres.pool import Database, open_pool
from arcbeat import app
from arcbeat.domain.jobs.runs import RunRequest, RunState, Trigger
from arcbeat.domain.time.clock import utc_now
from tests.support.jobs import CHECK
from tests.support.pgbouncer import PgBouncer

PATIENCE_SECONDS = 20.0
REQUEST = RunRequest(job_name="check", trigger=Trigger.HTTP, requested_by="tester")


@pytest.fixture
async def store(database: str) -> AsyncIterator[Database]:
    await asyncio.to_thread(app.migrate, database)
    async with open_pool(database) as pool:
        await PostgresJobCatalogue(Database(pool), utc_now).register([replace(CHECK, exclusive=False)])
        yield Database(pool)


async def test_the_newest_runs_the_known_ones_and_those_that_have_not_ended_are_read(
    database: str, store: Database
) -> None:
    queue, watch = PostgresRunQueue(store, utc_now), PostgresRunWatch(store, database)
    old, known, unfinished = [await queue.request(REQUEST) for _ in range(3)]
    for run in (old, known):
        await queue.cancel(run.id)
    newest = [await queue.request(REQUEST) for _ in range(LATE_COMMITS_MAX)]

    found = await watch.newest([known.id])

    assert [each.run.id for each in found] == [known.id, unfinished.id, *(run.id for run in newest)]
    assert [each.run.state for each in found[:2]] == [RunState.CANCELLED, RunState.QUEUED]


async def test_the_runs_that_ended_long_ago_are_not_read(database: str, store: Database) -> None:
    run = await PostgresRunQueue(store, utc_now).request(REQUEST)
    await store.execute(
        "insert into sync_job_run (job_id, job_name, state, trigger, requested_by, finished_at) "
        "select job_id, job_name, 'succeeded', 'http', 'tester', now() "
        "  from sync_job_run, generate_series(1, 50000) where id = %s",
        (run.id,),
    )
    await store.execute("analyze sync_job_run")
    values = {"known_ids": [run.id], "late_commits": LATE_COMMITS_MAX, "limit": RUNS_MAX}

    plan = "\n".join(row["QUERY PLAN"] for row in await store.fetch_all(f"explain {NEWEST}", values))

    assert "Seq Scan on sync_job_run" not in plan
    assert len(await PostgresRunWatch(store, database).newest([])) == 1 + LATE_COMMITS_MAX


async def test_a_notification_ends_a_wait(database: str, store: Database) -> None:
    queue = PostgresRunQueue(store, utc_now)
    async with PostgresRunWatch(store, database).listening() as changed:
        await changed()  # it listens from now on
        waiting = asyncio.ensure_future(changed())
        await queue.request(REQUEST)

        done, _ = await asyncio.wait([waiting], timeout=PATIENCE_SECONDS)

    assert done


async def test_a_wait_ends_without_a_notification_and_without_a_connection(database: str, store: Database) -> None:
    async with PostgresRunWatch(store, database).listening() as changed, asyncio.timeout(PATIENCE_SECONDS):
        await changed()
        await changed()
        await kill_listeners(database)
        await changed()
        await changed()
        while not await listeners(database):  # it connects again
            await changed()


async def test_an_unreachable_server_is_polled_for(store: Database) -> None:
    nowhere = "postgresql://127.0.0.1:1/nothing?user=nobody"
    async with PostgresRunWatch(store, nowhere).listening() as changed, asyncio.timeout(PATIENCE_SECONDS):
        await changed()
        await changed()


@pytest.mark.slow
async def test_behind_a_pooler_no_connection_listens(database: str, store: Database) -> None:
    with PgBouncer.running(database) as bouncer:
        async with PostgresRunWatch(store, bouncer.uri(database)).listening() as changed:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await changed()
                await changed()

            assert await listeners(database) == 0
            assert bouncer.clients(database) == 0


LISTENERS = "from pg_stat_activity where datname = current_database() and query = 'listen sync_job_run'"


async def kill_listeners(database: str) -> None:
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute(f"select pg_terminate_backend(pid) {LISTENERS}".encode())


async def listeners(database: str) -> int:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        row = await (await connection.execute(f"select count(*) {LISTENERS}".encode())).fetchone()
    return int(row[0]) if row else 0
