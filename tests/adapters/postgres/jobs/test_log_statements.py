"""One row of the log is written in one statement, and by a transaction behind the fence where that is not enough."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.postgres.jobs import log_rows
from adapters.postgres.jobs.fence import fenced
from adapters.postgres.jobs.log_statements import try_append, try_complete
from adapters.postgres.pool import Connection
from arcbeat.domain.errors import LeaseLost
from arcbeat.domain.jobs.events import LogStatus, LogType, RunEvent
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.runs import Run
from tests.adapters.postgres.jobs.conftest import Jobs
from tests.support.jobs import log_of

LEASE = timedelta(seconds=30)
LONG_LEASE = timedelta(days=1)
WAITING = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
WAIT_SECONDS = 60.0


async def begun(jobs: Jobs) -> tuple[Run, SyncJobLog]:
    """Return a run that is under way, and the row of a wait before its next attempt."""
    await jobs.request()
    run = (await jobs.claim()).run
    return run, log_of(run, RunEvent.RETRIED, status=LogStatus.RUNNING, started_at=jobs.clock(), attempt_number=2)


async def stored(jobs: Jobs, run: Run) -> list[SyncJobLog]:
    """Return the rows below the root."""
    root = await jobs.logs.get_log(run.root_log_id or 0, run.run_started_at)
    return list(await jobs.logs.logs_of_run(root))[1:]


@asynccontextmanager
async def an_earlier_call(jobs: Jobs, run: Run) -> AsyncIterator[Connection]:
    """Yield the connection of a call that has passed the fence; at the end it commits while another call waits."""
    async with fenced(jobs.database, run, LEASE) as connection:
        yield connection
        async with asyncio.timeout(WAIT_SECONDS):
            while await jobs.database.fetch_one(WAITING) is None:
                pass


async def test_one_statement_stores_a_row_and_renews_the_lease(jobs: Jobs) -> None:
    run, log = await begun(jobs)

    log_id = await try_append(jobs.database, run, log, LONG_LEASE)

    assert [(each.id, each.log_type) for each in await stored(jobs, run)] == [(log_id, LogType.RETRY_ATTEMPT)]
    lease_until = (await jobs.queue.get_run(run.id)).lease_until
    assert lease_until is not None
    assert run.lease_until is not None
    assert lease_until > run.lease_until + timedelta(hours=1)


async def test_one_statement_stores_the_end_of_a_row_and_counts_the_attempt(jobs: Jobs) -> None:
    run, log = await begun(jobs)
    await jobs.logs.append(run, [log])
    ended_at = jobs.clock() + timedelta(seconds=2)

    assert await try_complete(jobs.database, run, replace(log, ended_at=ended_at), LEASE)

    assert [each.ended_at for each in await stored(jobs, run)] == [ended_at]
    assert (await jobs.queue.get_run(run.id)).attempts == 2


async def test_a_statement_of_a_holder_that_lost_its_run_stores_nothing(jobs: Jobs) -> None:
    run, log = await begun(jobs)
    await jobs.lose_lease(run)
    await jobs.queue.sweep()
    await jobs.claim(run.id)
    rows = await stored(jobs, run)

    assert await try_append(jobs.database, run, log, LEASE) is None
    assert not await try_complete(jobs.database, run, log, LEASE)
    with pytest.raises(LeaseLost):
        await jobs.logs.append(run, [log])
    with pytest.raises(LeaseLost):
        await jobs.logs.complete(run, log)

    assert await stored(jobs, run) == rows


async def test_a_row_that_is_stored_already_is_not_stored_again(jobs: Jobs) -> None:
    run, log = await begun(jobs)
    [log_id] = await jobs.logs.append(run, [log])

    assert await try_append(jobs.database, run, log, LEASE) is None
    assert await jobs.logs.append(run, [log]) == [log_id]

    assert [each.id for each in await stored(jobs, run)] == [log_id]


async def test_a_row_that_an_earlier_call_stores_meanwhile_is_not_stored_twice(jobs: Jobs) -> None:
    run, log = await begun(jobs)

    async with an_earlier_call(jobs, run) as connection:
        log_id = await log_rows.add_child(connection, run, log)
        repeated = asyncio.create_task(jobs.logs.append(run, [log]))

    assert await repeated == [log_id]
    assert [each.id for each in await stored(jobs, run)] == [log_id]


async def test_the_end_of_a_row_that_an_earlier_call_stores_meanwhile_is_stored(jobs: Jobs) -> None:
    run, log = await begun(jobs)
    ended = replace(log, ended_at=jobs.clock() + timedelta(seconds=2))

    async with an_earlier_call(jobs, run) as connection:
        await log_rows.add_child(connection, run, log)
        completed = asyncio.create_task(jobs.logs.complete(run, ended))

    await completed
    assert [each.ended_at for each in await stored(jobs, run)] == [ended.ended_at]


async def test_a_row_of_a_run_whose_root_was_lost_is_stored_below_a_new_root(jobs: Jobs) -> None:
    run, log = await begun(jobs)
    await jobs.database.execute("delete from sync_job_log where id = %s", (run.root_log_id,))

    assert await try_append(jobs.database, run, log, LEASE) is None
    [log_id] = await jobs.logs.append(run, [log])

    assert [each.id for each in await stored(jobs, run)] == [log_id]
