"""Existing tables sync_job_log: the old form with one row per run, the new form of the user's script, and their rows.

Times are without a time zone, as a program in Shanghai writes them. The rows go over 14 months, have every status, and
some have a start near midnight of the first day of a month, which is another month in UTC.
"""

# ruff: noqa: S608 -- the statements are constants

from collections.abc import Mapping

from adapters.postgres.schema.job_log_form import LogOptions
from adapters.postgres.schema.job_needs import LOG_INDEXES

ROWS = 100_000
ZONE = "Asia/Shanghai"
SHANGHAI = LogOptions(time_zone=ZONE)

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
       lateral (select timestamp '2025-01-15 07:59:30' + n * (interval '425 days' / greatest({rows}, 1)) as start_time,
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
       lateral (select timestamp '2025-01-15 07:59:30' + n * (interval '425 days' / greatest({rows}, 1)) as start_time,
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

OLD_INSERT = """
insert into sync_job_log (job_id, job_name, status, start_time) values (3, 'job 3', 'running', '2026-03-31 23:59')
returning id"""
OLD_UPDATE = "update sync_job_log set status = 'success', end_time = '2026-04-01 00:01' where id = {id} returning id"
ARCBEATS_INSERT = """
insert into sync_job_log (run_id, job_id, job_name, run_started_at, status, log_started_at)
values (1, 1, 'j', now(), 'running', '2026-03-31T16:00:00Z') returning id"""


def table(form: str, rows: int = ROWS) -> str:
    """Return the statements that create a table of this form with rows."""
    create, insert = FORMS[form]
    return f"{create};{insert.format(rows=rows)}"


def variation(form: str = "the old form", *, more: str = "", rows: int = 50, **replacements: str) -> str:
    """Return a table of this form with few rows.

    Args:
        more: Statements after it.
        replacements: New definitions of columns by name; an empty one removes the column.
    """
    create, insert = FORMS[form]
    statements = f"{create};{insert.format(rows=rows)}"
    for name, definition in replacements.items():
        change = f"alter column {name} type {definition}" if definition else f"drop column {name}"
        statements += f"; alter table sync_job_log {change}"
    return f"{statements};{more}"


# What depends on the table and is recreated, with the query that shows it.
RECREATED: Mapping[str, tuple[str, str]] = {
    "a view, with its options and what depends on it": (
        """create view newest with (security_barrier) as
               select id, status from sync_job_log order by start_time desc limit 3;
        create view names as select status from newest; grant select on newest to pg_monitor""",
        """select relname::text, relkind::text, reloptions::text, relacl::text, pg_get_viewdef(oid) from pg_class
            where relname in ('newest', 'names') order by 1""",
    ),
    "privileges on the table and its columns": (
        """grant select, insert on sync_job_log to pg_monitor with grant option; grant delete on sync_job_log to public;
        grant update (status) on sync_job_log to pg_monitor""",
        """select relacl::text, (select attacl::text from pg_attribute where attrelid = c.oid and attname = 'status')
             from pg_class c where oid = 'sync_job_log'::regclass""",
    ),
    "a trigger that is disabled and one that is not": (
        """create function note() returns trigger language plpgsql as 'begin new.duration = 7; return new; end';
        create trigger a before insert on sync_job_log for each row execute function note();
        create trigger b before insert on sync_job_log for each row execute function note();
        alter table sync_job_log disable trigger b""",
        """select tgname::text, tgenabled::text from pg_trigger
            where tgrelid = 'sync_job_log'::regclass and tgname in ('a', 'b') order by 1""",
    ),
    "policies": (
        """alter table sync_job_log enable row level security;
        create policy mine on sync_job_log for select to pg_monitor using (job_id < 3);
        create policy all_of_it on sync_job_log as restrictive to public using (true) with check (id > 0)""",
        """select policyname::text, permissive, roles::text, cmd, qual, with_check from pg_policies
            where tablename = 'sync_job_log' order by 1""",
    ),
    "comments": (
        "comment on table sync_job_log is '同步日志'; comment on column sync_job_log.status is 'it''s the status'",
        """select obj_description(attrelid, 'pg_class'), col_description(attrelid, attnum)
             from pg_attribute where attrelid = 'sync_job_log'::regclass and attname = 'status'""",
    ),
    "a check and a foreign key to another table": (
        """create table plant (id integer primary key); insert into plant select generate_series(0, 9);
        alter table sync_job_log add check (job_id >= 0), add plant_id integer default 3 references plant""",
        """select conname::text, pg_get_constraintdef(oid) from pg_constraint
            where conrelid = 'sync_job_log'::regclass and contype in ('c', 'f') and conname !~ '^ck_' order by 1""",
    ),
    "indexes of every kind": (
        """create index on sync_job_log (lower(job_name)) where job_id > 3;
        create index on sync_job_log using hash (status); create index on sync_job_log (job_id) include (status)""",
        f"""select x.relname::text, replace(pg_get_indexdef(x.oid), ' ON ONLY ', ' ON ') from pg_index i
             join pg_class x on x.oid = i.indexrelid where i.indrelid = 'sync_job_log'::regclass
              and x.relname <> all (array{list(LOG_INDEXES)}) and not i.indisprimary order by 1""",
    ),
    "a default, a domain, a collation and a generated column": (
        """create domain percent as numeric check (value <= 100);
        alter table sync_job_log add share percent not null default 7, add note text collate "C" default 'a',
              add doubled integer generated always as (records_processed * 2) stored""",
        """select column_name::text, domain_name::text, collation_name::text, column_default, is_nullable,
                  generation_expression from information_schema.columns
            where table_name = 'sync_job_log' and column_name in ('share', 'note', 'doubled') order by 1""",
    ),
}

# Tables that are refused, with what the report names. After the printed statements they are adopted.
REFUSED_LOGS: Mapping[str, tuple[str, str]] = {
    "a foreign key to it": (
        variation(more="create table note (log_id integer references sync_job_log)"),
        "is referenced by the foreign key note_log_id_fkey of note",
    ),
    "a self-reference of another column": (
        variation(more="alter table sync_job_log add previous_id integer references sync_job_log"),
        "is referenced by the foreign key sync_job_log_previous_id_fkey of sync_job_log",
    ),
    "a unique index": (
        variation(more="create unique index one on sync_job_log (job_id, start_time)"),
        "has the unique index one",
    ),
    "a unique constraint": (
        variation(more="alter table sync_job_log add constraint one unique (job_id, start_time)"),
        "has the unique index one",
    ),
    "an exclusion constraint": (
        variation(more="alter table sync_job_log add constraint apart exclude using btree (id with =)"),
        "has the exclusion constraint apart",
    ),
    "a materialized view": (
        variation(more="create materialized view counts as select status, count(*) from sync_job_log group by 1"),
        "is used by the materialized view counts",
    ),
    "a rule of another table": (
        variation(
            more="create table audit (id integer); create rule copy as on insert to audit do also "
            "insert into sync_job_log (job_id, job_name, status, start_time) values (1, 'a', 'success', now())"
        ),
        "is used by the table audit",
    ),
    "a view that groups by the key": (
        variation(more="create view each_row as select id, status from sync_job_log group by id"),
        "is used by the view each_row, which groups by its primary key",
    ),
    "a function that returns its rows": (
        variation(
            more="create function newest() returns setof sync_job_log language sql as 'select * from sync_job_log'"
        ),
        "has a row type that is used by the function newest()",
    ),
    "a function with a body that is parsed": (
        variation(
            more="create function number() returns bigint language sql "
            "begin atomic select count(*) from sync_job_log; end"
        ),
        "is used by the function number()",
    ),
    "a column of its row type": (
        variation(more="create table other (id integer, log sync_job_log)"),
        "has a row type that is used by the column log of table other",
    ),
    "a publication": (variation(more="create publication everything for table sync_job_log"), "is in the publication"),
    "extended statistics": (
        variation(more="create statistics pairs on job_id, status from sync_job_log"),
        "has the extended statistics pairs",
    ),
    "a table that it inherits from": (
        variation(more="create table parent (id integer); alter table sync_job_log inherit parent"),
        "inherits from parent",
    ),
    "an inheriting table": (
        variation(more="create table child () inherits (sync_job_log)"),
        "has the inheriting tables child",
    ),
    "rules": (
        variation(more="create rule keep as on delete to sync_job_log do instead nothing"),
        "has the rules keep",
    ),
    "a trigger with transition tables": (
        variation(
            more="create function look() returns trigger language plpgsql as 'begin return null; end';"
            "create trigger look after insert on sync_job_log referencing new table as added "
            "for each row execute function look()"
        ),
        "has the trigger look with transition tables",
    ),
    "partitions of its own": (
        "create table sync_job_log (id serial, status text, start_time timestamptz) partition by range (start_time)",
        "is partitioned",
    ),
    "a view in its place": (
        "create table logs (id serial); create view sync_job_log as select * from logs",
        "sync_job_log is a view",
    ),
    "an id that is a uuid": (
        "create table sync_job_log (id uuid primary key default gen_random_uuid(), start_time timestamptz)",
        "id has the type uuid",
    ),
    "an id without an index": (
        variation(more="alter table sync_job_log drop constraint sync_job_log_pkey"),
        "id has no unique index",
    ),
    "a status that is a number": (
        variation(more="alter table sync_job_log drop status, add status smallint not null default 1"),
        "status has the type smallint",
    ),
    "a status that is an enum": (
        "create type state as enum ('ok', 'bad');"
        + variation(more="alter table sync_job_log drop status, add status state not null default 'ok'"),
        "status has the type state",
    ),
    "short texts": (
        variation(job_name="varchar(30)", error_message="varchar(255)"),
        "error_message has the type character varying(255)",
    ),
    "unknown log types": (
        variation("the new form", more="update sync_job_log set log_type = upper(log_type)"),
        "log_type contains 'EXECUTION_START'",
    ),
    "a context that is a text": (
        variation("the new form", more="alter table sync_job_log alter retry_context type text"),
        "retry_context has the type text",
    ),
    "another required column": (
        variation(
            more="alter table sync_job_log add tenant integer not null default 1;"
            "alter table sync_job_log alter tenant drop default"
        ),
        "tenant requires a value",
    ),
    "a required end": (
        variation(
            more="update sync_job_log set end_time = start_time; alter table sync_job_log alter end_time set not null"
        ),
        "end_time requires a value",
    ),
    "starts that are missing or odd": (
        variation(
            more="alter table sync_job_log alter start_time drop not null, drop created_at; update sync_job_log set "
            "start_time = case id when 1 then null when 2 then '0202-01-01' when 3 then 'infinity' else start_time end"
        ),
        "has 3 rows whose start is missing, before 1970 or more than a year ahead",
    ),
    "too many months": (
        variation(
            more="insert into sync_job_log (job_id, job_name, status, start_time) "
            "select 1, 'a', 'success', timestamp '1970-02-01' + n * interval '1 month' from generate_series(1, 620) n"
        ),
        "has rows in 6[0-9][0-9] months",
    ),
    "a partition's name": (
        variation(more="create table sync_job_log_2025_03 (id integer)"),
        "sync_job_log_2025_03 exists in the schema public",
    ),
    "an index's name": (
        variation(more="create table other (id integer); create index idx_sync_job_log_roots on other (id)"),
        "idx_sync_job_log_roots exists in the schema public",
    ),
    "a job table without names": ("create table sync_job (id serial primary key, title text)", "has no column name"),
    "a job table with other types": (
        """create table sync_job (id serial primary key, name varchar(200) unique not null, next_run_at timestamp,
        enabled smallint default 1); insert into sync_job (name) values ('a')""",
        "sync_job.next_run_at has the type timestamp without time zone",
    ),
    "a job table with a required column": (
        "create table sync_job (id serial primary key, name varchar(200) unique not null, target text not null)",
        "sync_job.target requires a value",
    ),
    "a table of runs of another program": (
        "create table sync_job_run (id serial primary key, job text, result text)",
        "sync_job_run exists but has no column job_id",
    ),
}
