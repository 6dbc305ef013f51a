"""What the runs of jobs add up to: one statement for all jobs of a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg import sql

from adapters.postgres.jobs.rows import to_category
from adapters.postgres.pool import Database
from arcbeat.domain.jobs.activity import CONSECUTIVE_FAILURES_MAX, FAILURES, JobActivity, RunSummary
from arcbeat.domain.jobs.runs import RunState, Trigger

ENDED = (*FAILURES, RunState.SUCCEEDED, RunState.CANCELLED)
"""The states of runs that have ended and may have begun."""

COLUMNS = sql.SQL("""
id, state, trigger, created_at, run_started_at, scheduled_for, started_at, finished_at, lease_until, attempts,
max_attempts, resumes, error_category, error_message, root_log_id""")
# One row per job for the newest run that has ended, for one that is running and for one that is queued; a job without
# runs has one row, too. Each part reads a few entries of an index, however many runs there are: the newest run of each
# state is found before the newest of these, so that runs of another state, such as skipped ones, need not be passed
# over. Where the last run succeeded, as nearly always, nothing looks for the last success and for failures.
ACTIVITY = sql.SQL("""
select job.id as job_id, run.*, failures.number as failures,
       case when last.state = 'succeeded' then last.finished_at else success.finished_at end as last_success_at
  from unnest(%(job_ids)s::bigint[]) as job(id)
  left join lateral (
       select newest.* from unnest(%(ended)s::text[]) as ended(state) cross join lateral (
              select {columns} from sync_job_run
               where job_id = job.id and state = ended.state and started_at is not null
               order by created_at desc, id desc limit 1) newest
        order by newest.created_at desc, newest.id desc limit 1) last on true
  left join lateral (
       select id, created_at, finished_at from sync_job_run
        where last.state <> 'succeeded' and job_id = job.id and state = 'succeeded'
        order by created_at desc, id desc limit 1) success on true
 cross join lateral (
       select count(*) as number from unnest(%(failures)s::text[]) as failed(state) cross join lateral (
              select from sync_job_run
               where last.state <> 'succeeded' and job_id = job.id and state = failed.state
                 and (created_at, id) > (coalesce(success.created_at, '-infinity'), coalesce(success.id, 0))
               limit %(failures_max)s) each) failures
  left join lateral (
       (select {columns} from sync_job_run where job_id = job.id and state = 'running'
         order by lease_until < %(now)s desc, created_at, id limit 1)
       union all
       (select {columns} from sync_job_run where job_id = job.id and state = 'queued' order by created_at, id limit 1)
       union all
       select last.* where last.id is not null) run on true""").format(columns=COLUMNS)


async def read_activity(database: Database, job_ids: Sequence[int], now: datetime) -> Mapping[int, JobActivity]:
    """Return what the runs of these jobs add up to, by the id of the job."""
    values = {
        "job_ids": list(job_ids),
        "now": now,
        "ended": [state.value for state in ENDED],
        "failures": [state.value for state in FAILURES],
        "failures_max": CONSECUTIVE_FAILURES_MAX,
    }
    rows_of: dict[int, list[Mapping[str, Any]]] = {}
    for row in await database.fetch_all(ACTIVITY, values):
        rows_of.setdefault(row["job_id"], []).append(row)
    return {job_id: _to_activity(rows) for job_id, rows in rows_of.items()}


def _to_activity(rows: Sequence[Mapping[str, Any]]) -> JobActivity:
    runs = {row["state"]: _to_summary(row) for row in rows if row["id"] is not None}
    return JobActivity(
        active_run=runs.get(RunState.RUNNING, runs.get(RunState.QUEUED)),
        last_run=next((run for run in runs.values() if run.state.is_final), None),
        last_success_at=rows[0]["last_success_at"],
        consecutive_failures=min(rows[0]["failures"], CONSECUTIVE_FAILURES_MAX),
    )


def _to_summary(row: Mapping[str, Any]) -> RunSummary:
    return RunSummary(
        id=row["id"],
        state=RunState(row["state"]),
        trigger=Trigger(row["trigger"]),
        created_at=row["created_at"],
        run_started_at=row["run_started_at"],
        scheduled_for=row["scheduled_for"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        lease_until=row["lease_until"],
        attempts=row["attempts"],
        max_attempts=row["max_attempts"],
        resumes=row["resumes"],
        error_category=to_category(row["error_category"]),
        error_message=row["error_message"],
        root_log_id=row["root_log_id"],
    )
