"""Runs that have ended, with their root rows in the log, as tests store them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.adapters.postgres.jobs.conftest import JOB, Jobs

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
MONTHS = "select sync_job_log_create_months(array['2026-02-01', '2026-03-01', '2026-04-01']::date[])"
INSERT = """
with root as (
    insert into sync_job_log (job_name, run_started_at, performance_metrics)
    values (%(name)s, %(at)s, %(metrics)s) returning id)
insert into sync_job_run (job_id, job_name, state, trigger, requested_by, exclusive, created_at, run_started_at,
                          started_at, finished_at, parameters, dry_run, root_log_id)
select job.id, job.name, %(state)s, 'schedule', 'scheduler', false, %(at)s, %(at)s, %(at)s,
       %(at)s::timestamptz + make_interval(secs => %(seconds)s), %(parameters)s, %(dry_run)s, root.id
  from sync_job job, root where job.name = %(name)s"""
PLAIN = '{"memory_usage_mb": 100.5, "database_query_time_ms": 250.125, "cpu_usage_percent": null}'


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A run that a test stores."""

    hours_ago: float
    seconds: float = 5.0
    metrics: str | None = PLAIN
    parameters: str = '{"limit": 10}'
    state: str = "succeeded"
    dry_run: bool = False
    name: str = JOB.name


async def store(jobs: Jobs, *runs: StoredRun) -> None:
    """Store runs, with the months of the log that they need."""
    await jobs.database.execute(MONTHS)
    async with jobs.database.connection() as connection:
        for run in runs:
            values = {name: getattr(run, name) for name in StoredRun.__slots__}
            await connection.execute(INSERT, {**values, "at": NOW - timedelta(hours=run.hours_ago)})


def nightly(number: int, seconds: float = 5.0, first_hours_ago: float = 24.0, **more: object) -> list[StoredRun]:
    """Return a run per night."""
    return [
        StoredRun(hours_ago=first_hours_ago + 24 * night, seconds=seconds, **more)  # type: ignore[arg-type] # attributes by name
        for night in range(number)
    ]
