"""What the last runs of jobs cost, compared with earlier ones: one statement for many jobs."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import sql

from adapters.postgres.pool import Database
from arcbeat.domain.jobs.ports import MetricHistory, RunMetric
from arcbeat.domain.time.clock import Clock

BASELINE_RUNS_MAX = 100
"""Runs that are read per job: the newest ones, and of a job with more runs as many again, evenly spread over time."""
GAPS_MAX = 7
"""A choice of parameters counts until the job has had other ones for so many of its usual intervals."""
JOBS_MAX = 100
"""Jobs per statement, so that each ends in time however many jobs there are."""

SUCCEEDED = sql.SQL("""
select id, created_at, run_started_at, root_log_id, worker, parameters::text as parameters,
       extract(epoch from finished_at) - extract(epoch from started_at) as seconds
  from sync_job_run
 where job_id = {job_id} and state = 'succeeded' and not dry_run and created_at >= %(since)s""")
# Other programs may have written any JSON, of the type json or jsonb. Of the type json, it may have escapes of
# characters that do not exist, at which any operator fails. Only a plain number is cast.
METRIC = sql.SQL(r"""
case when strpos(log.metrics::text, '\u') = 0 and log.metrics ->> {name} ~ '^\d{{1,12}}(\.\d{{1,30}})?$'
     then (log.metrics ->> {name})::double precision end""")
# Of a busy job, the earlier runs are found by steps back in time, each of which reads one entry of
# idx_sync_job_run_state, however many runs there are. Their rows in the log are looked for in their months only; a
# month that was archived has none. The last runs are compared with earlier ones that had the same parameters. Those of
# parameters that no run has had for long are left out: nothing would ever change what is found about them.
HISTORIES = sql.SQL("""
with recursive newest as (
    select job.id as job_id, run.*,
           row_number() over (partition by job.id, run.parameters order by run.created_at desc, run.id desc) as number,
           count(*) over (partition by job.id, run.parameters) as runs,
           max(run.created_at) over (partition by job.id) as job_last_at,
           max(run.created_at) over (partition by job.id, run.parameters) as last_at,
           min(run.created_at) over (partition by job.id, run.parameters) as first_at,
           count(*) over (partition by job.id) > %(runs_max)s as is_busy
      from unnest(%(job_ids)s::bigint[]) as job(id) cross join lateral (
           {succeeded_of_job} order by created_at desc, id desc limit %(runs_max)s + 1) run),
step as (
    select job_id, max(created_at) as created_at, null::timestamptz as run_started_at, null::bigint as root_log_id,
           null::text as parameters, null::numeric as seconds
      from newest where is_busy group by job_id
    union all
    select step.job_id, run.created_at, run.run_started_at, run.root_log_id, run.parameters, run.seconds
      from step cross join lateral (
           {succeeded_before} and created_at <= step.created_at - %(step)s
            order by created_at desc, id desc limit 1) run),
recent as (
    select * from newest
     where number <= %(recent_runs)s and runs >= %(recent_runs)s
       and (job_last_at - last_at) * (runs - 1) <= (last_at - first_at) * {gaps_max}),
earlier as (
    select job_id, created_at, run_started_at, root_log_id, parameters, seconds from newest where not is_busy
    union all
    select * from step),
choice as (
    select row_number() over () as id, job_id, parameters, min(created_at) as created_at,
           (array_agg(worker order by number))[1] as worker
      from recent group by job_id, parameters),
run as (
    select job_id, c.id, c.worker, r.created_at, r.run_started_at, r.root_log_id, r.seconds, true as is_recent
      from recent r join choice c using (job_id, parameters)
    union all
    select job_id, c.id, c.worker, e.created_at, e.run_started_at, e.root_log_id, e.seconds, false
      from earlier e join choice c using (job_id, parameters) where e.created_at < c.created_at),
measured as (
    select run.job_id, run.id, run.worker, run.created_at, run.is_recent, metric.name, metric.value
      from run
      left join lateral (
           select performance_metrics as metrics from sync_job_log
            where id = run.root_log_id and run_started_at = run.run_started_at limit 1) log on true
     cross join lateral (values
           ('duration_seconds', run.seconds::double precision), ('memory_mb', {memory}),
           ('query_seconds', {query} / 1000)) metric(name, value)
     where metric.value between 0 and 1e12),
history as (
    select job_id, id, min(worker) as worker, name,
           percentile_cont(0.5) within group (order by value) filter (where is_recent) as recent,
           percentile_cont(0.5) within group (order by value) filter (where not is_recent) as median,
           array_agg(value) filter (where not is_recent) as earlier,
           min(created_at) filter (where not is_recent) as since
      from measured group by job_id, id, name
    having count(*) filter (where is_recent) = %(recent_runs)s and count(*) filter (where not is_recent) > 0)
select job_id, worker, name as metric, recent, median, since, usual.*
  from history cross join lateral (
       select count(*) as runs, min(value) as least,
              percentile_cont(0.5) within group (order by abs(value - median)) as deviation
         from unnest(earlier) as value) usual
 order by job_id, name, id""").format(
    gaps_max=sql.Literal(GAPS_MAX),
    succeeded_of_job=SUCCEEDED.format(job_id=sql.SQL("job.id")),
    succeeded_before=SUCCEEDED.format(job_id=sql.SQL("step.job_id")),
    memory=METRIC.format(name=sql.Literal("memory_usage_mb")),
    query=METRIC.format(name=sql.Literal("database_query_time_ms")),
)


class PostgresRunPerformance:
    """Implements RunPerformance on sync_job_run and sync_job_log."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def histories(self, job_ids: Sequence[int], since: datetime, recent_runs: int) -> Sequence[MetricHistory]:
        found: list[MetricHistory] = []
        for first in range(0, len(job_ids), JOBS_MAX):
            found.extend(await self._histories(job_ids[first : first + JOBS_MAX], since, recent_runs))
        return found

    async def _histories(self, job_ids: Sequence[int], since: datetime, recent_runs: int) -> Sequence[MetricHistory]:
        values = {
            "job_ids": list(job_ids),
            "since": since,
            "step": (self._clock() - since) / BASELINE_RUNS_MAX,
            "runs_max": BASELINE_RUNS_MAX,
            "recent_runs": recent_runs,
        }
        rows = await self._database.fetch_all(HISTORIES, values)
        return [MetricHistory(**{**row, "metric": RunMetric(row["metric"])}) for row in rows]
