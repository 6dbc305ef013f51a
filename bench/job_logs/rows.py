"""Two tables with the same rows of the log: partitioned by month, as arcbeat creates it, and in one piece.

2 million rows over twelve months, of 731 000 runs of 20 jobs, half of them of one job. Most runs succeed at once, a
fifth at the third attempt; the others fail, time out, are cancelled, skipped or refused. A few rows have a status and
an error category that no other row has.
"""

# ruff: noqa: S608 -- the statements are constants

from collections.abc import Sequence

import psycopg

from arcbeat.domain.jobs.jobs import JobDefinition

RUNS = 731_000
MONTHS = 12
PLAIN_SCHEMA = "plain"
SKEWED_JOB = "sync_welding"
"""Half of all runs."""
RARE_JOB = "sync_once"
"""A run in ten thousand."""
STEADY_JOB = "sync_steady"
"""All its runs succeed."""
IDLE_JOB = "sync_never"
"""No runs."""
OTHER_JOBS = tuple(f"sync_line_{number:02}" for number in range(1, 18))
JOBS = (SKEWED_JOB, RARE_JOB, STEADY_JOB, *OTHER_JOBS, IDLE_JOB)
TEXT = "设备 14412000124"
"""A text that one run in a thousand has."""

MONTHS_BACK = f"""
select sync_job_log_create_months(array(
    select (date_trunc('month', now() at time zone 'UTC') - make_interval(months => back))::date
      from generate_series(0, {MONTHS - 1}) as back))"""
# The runs in the order of their start, each with its outcome; the rows of a run follow each other, as when they were
# written. The outcome does not depend on the job.
RUN_PLAN = f"""
create temporary table run_plan as
select n as run_id, job.id as job_id, job.name as job_name, started_at,
       case when n > {RUNS} - 10 then 'running'
            when chance < 70 or job.name = '{STEADY_JOB}' then 'success'
            when chance < 90 then 'retried'
            when chance < 96 then 'failed'
            when chance < 97 then 'timeout'
            when chance < 98 then 'cancelled'
            when chance < 99 then 'skipped'
            when n % 100 = 99 then 'abandoned'
            else 'refused' end as outcome,
       case when n % 10000 = 96 then 'auth_error' when n % 3 = 0 then 'timeout' else 'network_error' end as category
  from generate_series(1, {RUNS}) as n
  cross join lateral (
       select first_day + (n - 1) * ((now() - first_day) / {RUNS}) as started_at, abs(hashint4(n)) % 100 as chance
         from (select (date_trunc('month', now() at time zone 'UTC') - make_interval(months => {MONTHS - 1}))
                      at time zone 'UTC' as first_day) as year) as moment
  join sync_job job on job.name = case
       when n % 2 = 0 then '{SKEWED_JOB}' when n % 10000 = 77 then '{RARE_JOB}' when n % 19 = 0 then '{STEADY_JOB}'
       else format('sync_line_%s', to_char(n / 2 % 17 + 1, 'FM00')) end"""
# Each outcome has a list of rows: type, phase, status, attempt and seconds after the start.
ROW_PLAN = """
create temporary table row_plan (outcome text, position integer, log_type text, phase text, status text,
                                 attempt integer, seconds integer, message text);
insert into row_plan values
    ('running', 1, 'execution_start', 'initial', 'running', null, 0, '开始同步'),
    ('success', 1, 'execution_start', 'initial', 'success', null, 0, '开始同步'),
    ('success', 2, 'success', 'final', 'success', 1, 9, '同步完成'),
    ('retried', 1, 'execution_start', 'initial', 'success', null, 0, '开始同步'),
    ('retried', 2, 'retry_attempt', 'retry', 'running', 2, 3, '连接被重置,准备重试'),
    ('retried', 3, 'strategy_change', 'retry', 'running', 2, 3, '策略由 fixed 改为 adaptive'),
    ('retried', 4, 'retry_attempt', 'retry', 'running', 3, 12, '服务不可用,准备重试'),
    ('retried', 5, 'success', 'final', 'success', 3, 31, '同步完成'),
    ('failed', 1, 'execution_start', 'initial', 'failed', null, 0, '开始同步'),
    ('failed', 2, 'retry_attempt', 'retry', 'running', 2, 3, '连接被重置,准备重试'),
    ('failed', 3, 'strategy_change', 'retry', 'running', 2, 3, '策略由 fixed 改为 adaptive'),
    ('failed', 4, 'retry_attempt', 'retry', 'running', 3, 12, '服务不可用,准备重试'),
    ('failed', 5, 'failure', 'final', 'failed', 3, 31, '同步失败'),
    ('timeout', 1, 'execution_start', 'initial', 'timeout', null, 0, '开始同步'),
    ('timeout', 2, 'timeout', 'final', 'timeout', 1, 600, '同步超时'),
    ('cancelled', 1, 'execution_start', 'initial', 'cancelled', null, 0, '开始同步'),
    ('cancelled', 2, 'exception', 'final', 'cancelled', 1, 20, '已取消'),
    ('abandoned', 1, 'execution_start', 'initial', 'abandoned', null, 0, '开始同步'),
    ('abandoned', 2, 'exception', 'final', 'abandoned', 1, 90, '进程已终止'),
    ('skipped', 1, 'execution_start', 'final', 'skipped', null, 0, '上一次运行尚未结束,跳过'),
    ('refused', 1, 'failure', 'final', 'refused', null, 0, '上一次运行尚未结束,拒绝')"""
COLUMNS = """
id, run_id, job_id, job_name, parent_log_id, run_started_at, log_type, execution_phase, status, message, error_category,
error_message, attempt_number, planned_start_at, log_started_at, log_ended_at, retry_context, performance_metrics,
rows_read, rows_written, rows_skipped"""
ROWS = f"""
insert into sync_job_log ({COLUMNS})
select id, run_id, job_id, job_name,
       case when position > 1 then first_value(id) over (partition by run_id order by id) end,
       started_at, log_type, phase, status,
       message || ':设备 ' || 14412000000 + run_id % 1000 || coalesce(',第 ' || attempt || ' 次', ''),
       case when is_error then category end, case when is_error then '对端重置连接 (Connection reset by peer)' end,
       attempt, case when phase = 'retry' then at + interval '2 s' end, at,
       case when status <> 'running' or phase = 'retry' then at + interval '2 s' end,
       case when log_type = 'retry_attempt' then jsonb_build_object(
           'strategy_name', 'exponential_backoff', 'delay_seconds', 2.0, 'attempt_number', attempt, 'max_attempts', 3,
           'error_category', category, 'adaptive_adjustments',
           jsonb_build_object('delay_multiplier', 1.0, 'timeout_extended', false)) end,
       case when phase = 'final' then jsonb_build_object(
           'cpu_usage_percent', 12.5, 'memory_usage_mb', 87.4, 'network_latency_ms', null,
           'database_query_time_ms', run_id % 900, 'api_response_time_ms', run_id % 300) end,
       run_id % 500, run_id % 50, 0
  from (select row_number() over (order by run_id, position) as id, *, started_at + seconds * interval '1 s' as at,
               status in ('failed', 'timeout', 'abandoned') or log_type = 'retry_attempt' as is_error
          from run_plan join row_plan using (outcome)) as planned
 order by id"""
NEXT_ID = "select setval('sync_job_log_id_seq', max(id)) from sync_job_log"
PLAIN = f"""
create schema {PLAIN_SCHEMA};
create table {PLAIN_SCHEMA}.sync_job_log (like sync_job_log including all, primary key (id));
insert into {PLAIN_SCHEMA}.sync_job_log select * from sync_job_log order by id;
alter table {PLAIN_SCHEMA}.sync_job_log
    add foreign key (parent_log_id) references {PLAIN_SCHEMA}.sync_job_log (id)"""


def definitions() -> Sequence[JobDefinition]:
    """Return the jobs."""
    return [JobDefinition(name=name, description="A job of the benchmark.") for name in JOBS]


def fill(uri: str) -> int:
    """Fill the log of a database in which the jobs are registered, copy it, and return the number of its rows."""
    with psycopg.connect(uri) as connection:
        # The parents exist, so the trigger need not look for them.
        connection.execute("set session_replication_role = replica")
        connection.execute(MONTHS_BACK.encode())
        connection.execute(RUN_PLAN.encode())
        connection.execute(ROW_PLAN)
        rows = connection.execute(ROWS.encode()).rowcount
        connection.execute(NEXT_ID)
        connection.execute(PLAIN.encode())
    return rows
