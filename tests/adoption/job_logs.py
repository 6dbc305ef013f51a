"""Existing tables sync_job_log: the old form with one row per run, the new form of the user's script, and their rows.

Times are without a time zone, as a program in Shanghai writes them. The rows go over 14 months, have every status, and
some have a start near midnight of the first day of a month, which is another month in UTC.
"""

from collections.abc import Mapping

ROWS = 100_000
ZONE = "Asia/Shanghai"

OLD_FORM = """
create table sync_job_log (
    id serial primary key, job_id integer not null, job_name varchar(100) not null, status varchar(20) not null,
    start_time timestamp not null, end_time timestamp, duration numeric(10, 3), records_processed integer default 0,
    error_message text, created_at timestamp default now());
create index idx_sync_job_log_start_time on sync_job_log (start_time desc);
create index idx_sync_job_log_status on sync_job_log (status, job_id)"""
OLD_ROWS = """
insert into sync_job_log (job_id, job_name, status, start_time, end_time, duration, records_processed, error_message,
                          created_at)
select n % 7 + 1, 'job ' || n % 7 + 1, status, start_time, case when status <> 'running' then start_time + '95 s' end,
       case when status <> 'running' then 95.125 end, n % 1000, case when status = 'failed' then 'connection reset' end,
       start_time
  from generate_series(1, {rows}) as n,
       lateral (select timestamp '2025-01-15 07:59:30' + n * (interval '425 days' / {rows}) as start_time,
                       (array['running', 'success', 'failed', 'timeout', 'cancelled', '成功', 'partial'])[n % 7 + 1]
                       as status) as given"""
NEW_FORM = """
create table sync_job_log (
    id serial primary key, job_id integer not null, job_name varchar(100) not null, status varchar(20) not null,
    started_at timestamp not null default now(), completed_at timestamp, duration_seconds double precision,
    records_processed integer, error_message text,
    log_type varchar(50) not null default 'execution_start', execution_phase varchar(20) default 'initial',
    parent_log_id integer references sync_job_log (id) on delete cascade,
    retry_context json, performance_metrics json, created_at timestamp not null default now());
create index idx_sync_job_log_type on sync_job_log (log_type);
create index idx_sync_job_log_phase on sync_job_log (execution_phase);
create index idx_sync_job_parent_log on sync_job_log (parent_log_id);
create index idx_sync_job_log_hierarchy on sync_job_log (job_id, parent_log_id, log_type)"""
# Each fourth row is the root of the three rows after it, which are up to half an hour later.
NEW_ROWS = """
insert into sync_job_log (job_id, job_name, status, started_at, completed_at, duration_seconds, records_processed,
                          error_message, log_type, execution_phase, parent_log_id, retry_context, performance_metrics)
select (n / 4) % 7 + 1, 'job ' || (n / 4) % 7 + 1, status, start_time,
       case when status <> 'running' then start_time end, 0.5, n,
       case when status = 'failed' then 'connection reset' end,
       (array['execution_start', 'retry_attempt', 'strategy_change', 'success'])[n % 4 + 1],
       (array['initial', 'retry', null, 'final'])[n % 4 + 1], nullif(n / 4 * 4, n) + 1,
       case when n % 4 = 1 then json_build_object('attempt_number', 2) end,
       json_build_object('cpu_usage_percent', n % 100)
  from generate_series(0, {rows} - 1) as n,
       lateral (select timestamp '2025-01-15 07:59:30' + n * (interval '425 days' / {rows}) as start_time,
                       (array['running', 'success', 'failed', 'timeout', 'cancelled', '成功', 'partial'])[n % 7 + 1]
                       as status) as given"""

FORMS: Mapping[str, tuple[str, str]] = {
    "the old form": (OLD_FORM, OLD_ROWS),
    "the new form": (NEW_FORM, NEW_ROWS),
}
OLD_LIST = """
select id, job_id, job_name, status, start_time, end_time, duration, records_processed, error_message, created_at
  from sync_job_log order by start_time desc, id"""
NEW_LIST = """
select id, job_id, job_name, status, started_at, completed_at, duration_seconds, records_processed, error_message,
       log_type, parent_log_id, retry_context::text, performance_metrics::text, created_at
  from sync_job_log order by started_at desc, id"""
LISTS: Mapping[str, str] = {"the old form": OLD_LIST, "the new form": NEW_LIST}


def table(form: str, rows: int = ROWS) -> str:
    """Return the statements that create a table of this form with rows."""
    create, insert = FORMS[form]
    return f"{create};{insert.format(rows=rows)}"
