"""What the runs of jobs add up to, and lists of runs, however many runs of other states there are."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from psycopg import sql

from adapters.postgres.jobs.history.activity import ACTIVITY, ENDED
from adapters.postgres.jobs.history.history import PostgresRunHistory
from arcbeat.domain.jobs.activity import CONSECUTIVE_FAILURES_MAX, FAILURES, NO_ACTIVITY
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.ports import RunFilter, RunPosition
from arcbeat.domain.jobs.runs import RunState
from tests.adapters.postgres.jobs.conftest import JOB, Jobs

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
INSERT = """
insert into sync_job_run (job_id, job_name, state, trigger, requested_by, exclusive, created_at, run_started_at,
                          started_at, finished_at, lease_until, error_category)
values (%(job_id)s, %(name)s, %(state)s, 'schedule', 'scheduler', false, %(at)s, %(at)s, %(started_at)s,
        %(finished_at)s, %(at)s, %(category)s)"""
NEVER_BEGUN = ("skipped", "refused", "queued")


async def store(jobs: Jobs, *states: str, first: int = 0) -> None:
    """Store a run per state, one each minute from noon on; those that begin do so after a second."""
    job = await jobs.catalogue.get_job(JOB.name)
    for minute, state in enumerate(states, start=first):
        at = NOON + timedelta(minutes=minute)
        values = {
            "job_id": job.id,
            "name": job.name,
            "state": state,
            "at": at,
            "started_at": None if state in NEVER_BEGUN else at + timedelta(seconds=1),
            "finished_at": None if state in ("queued", "running") else at + timedelta(seconds=9),
            "category": "timeout" if state in ("failed", "timed_out") else None,
        }
        await jobs.database.execute(INSERT, values)


async def test_the_last_run_is_the_newest_that_began_and_failures_count_since_the_last_success(jobs: Jobs) -> None:
    await store(jobs, "failed", "succeeded", "failed", "timed_out", "abandoned", "cancelled", "skipped", "refused")
    await jobs.catalogue.register([replace(JOB, name="idle")])
    job, idle = await jobs.catalogue.get_job(JOB.name), await jobs.catalogue.get_job("idle")

    found = await PostgresRunHistory(jobs.database).activity([job.id, idle.id], NOON)

    activity = found[job.id]
    assert activity.last_run is not None
    assert (activity.last_run.state, activity.last_run.created_at) == (RunState.CANCELLED, NOON + timedelta(minutes=5))
    assert activity.last_success_at == NOON + timedelta(minutes=1, seconds=9)
    assert (activity.consecutive_failures, activity.active_run) == (3, None)
    assert found[idle.id] == NO_ACTIVITY


async def test_a_success_ends_the_failures(jobs: Jobs) -> None:
    await store(jobs, "failed", "failed", "succeeded", "queued")
    job = await jobs.catalogue.get_job(JOB.name)

    activity = (await PostgresRunHistory(jobs.database).activity([job.id], NOON))[job.id]

    assert (activity.consecutive_failures, activity.last_success_at) == (0, NOON + timedelta(minutes=2, seconds=9))
    assert activity.active_run is not None
    assert (activity.active_run.state, activity.last_run and activity.last_run.error_category) == ("queued", None)


async def test_failures_are_counted_up_to_a_limit(jobs: Jobs) -> None:
    await store(jobs, *["failed", "timed_out"] * CONSECUTIVE_FAILURES_MAX)
    job = await jobs.catalogue.get_job(JOB.name)

    activity = (await PostgresRunHistory(jobs.database).activity([job.id], NOON))[job.id]

    assert (activity.consecutive_failures, activity.last_success_at) == (CONSECUTIVE_FAILURES_MAX, None)
    assert activity.last_run is not None
    assert activity.last_run.error_category is ErrorCategory.TIMEOUT


async def test_the_run_under_way_is_a_stuck_one_before_the_oldest(jobs: Jobs) -> None:
    await store(jobs, "queued", "running", "running")
    job = await jobs.catalogue.get_job(JOB.name)
    history = PostgresRunHistory(jobs.database)

    async def active_minute(now: datetime) -> float:
        active = (await history.activity([job.id], now))[job.id].active_run
        assert active is not None
        return (active.created_at - NOON) / timedelta(minutes=1)

    in_an_hour = NOON + timedelta(hours=1)
    await jobs.database.execute(
        "update sync_job_run set lease_until = %s where created_at = %s", (in_an_hour, NOON + timedelta(minutes=1))
    )
    assert await active_minute(NOON) == 1
    assert await active_minute(in_an_hour) == 2  # the lease of the second one ended after two minutes


async def test_runs_are_listed_by_state_and_time_behind_a_position(jobs: Jobs) -> None:
    await store(jobs, "succeeded", "skipped", "failed", "succeeded", "queued")
    job = await jobs.catalogue.get_job(JOB.name)
    history = PostgresRunHistory(jobs.database)

    async def states(where: RunFilter, after: RunPosition | None = None, limit: int = 9) -> list[str]:
        return [str(run.state) for run in await history.list_runs(where, after, limit)]

    everything = RunFilter(job_id=job.id)
    some = replace(everything, states=frozenset({RunState.SUCCEEDED, RunState.SKIPPED}))
    [first, *_] = await history.list_runs(some, None, 1)
    position = RunPosition(first.created_at, first.id)

    assert await states(everything) == ["queued", "succeeded", "failed", "skipped", "succeeded"]
    assert await states(some) == ["succeeded", "skipped", "succeeded"]
    assert await states(some, position) == ["skipped", "succeeded"]
    assert await states(everything, position, limit=1) == ["failed"]
    start, end = NOON + timedelta(minutes=1), NOON + timedelta(minutes=3)
    assert await states(replace(everything, start=start, end=end)) == ["failed", "skipped"]
    assert await states(RunFilter(job_id=job.id + 1)) == []


async def test_the_activity_of_a_job_passes_over_no_runs_of_other_states(jobs: Jobs) -> None:
    job = await jobs.catalogue.get_job(JOB.name)
    await store(jobs, "succeeded", *["skipped"] * 50)
    values = {"job_ids": [job.id], "now": NOON, "ended": list(ENDED), "failures": list(FAILURES), "failures_max": 100}
    explain = sql.SQL("explain (analyze, format json) {}").format(ACTIVITY)
    async with jobs.database.connection() as connection, connection.transaction():
        await connection.execute("set local enable_seqscan = off")  # as if the table were large
        [row] = await (await connection.execute(explain, values)).fetchall()

    plan = str(row["QUERY PLAN"])
    assert "idx_sync_job_run_state" in plan
    assert set(re.findall(r"'Rows Removed by Filter': (\d+)", plan)) <= {"0"}
