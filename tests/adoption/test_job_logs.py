"""Tests that an existing sync_job_log is adopted without a loss, and that the programs that use it go on working."""

# ruff: noqa: S608 -- the statements are constants

import threading
import uuid
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql

from adapters.postgres.jobs.logs import PostgresJobLogs
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.schema.migration import migrate
from arcbeat.domain.jobs.events import LogStatus
from arcbeat.domain.jobs.ports import LogFilter, LogPosition
from tests.adoption.databases import execute, fetch, value
from tests.adoption.job_logs import (
    ARCBEATS_INSERT,
    FORMS,
    LISTS,
    OLD_INSERT,
    OLD_UPDATE,
    RECREATED,
    ROWS,
    SHANGHAI,
    ZONE,
    table,
    variation,
)
from tests.support.postgres import Server

COLUMNS = """
select attname::text, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attrelid = 'sync_job_log'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum"""


@pytest.mark.parametrize("form", FORMS)
def test_every_row_is_kept_and_the_list_of_the_old_program_returns_the_same(database: str, form: str) -> None:
    execute(database, table(form))
    before, columns = fetch(database, LISTS[form]), fetch(database, COLUMNS)

    report = migrate(database, SHANGHAI)

    assert "sync_job_log existed and is adopted with its rows" in report
    assert len(before) == ROWS
    assert fetch(database, LISTS[form]) == before
    assert [each[:3] for each in fetch(database, COLUMNS)[: len(columns)]] == [each[:3] for each in columns]
    assert value(database, "select count(*) from pg_inherits where inhparent = 'sync_job_log'::regclass") >= 14 + 4
    again = migrate(database)
    assert "sync_job_log is in place" in again


async def test_adopted_rows_are_listed_with_the_status_that_arcbeat_shows(database: str) -> None:
    execute(database, table("the old form", 700))
    report = migrate(database, SHANGHAI)

    async with open_pool(database) as pool:
        logs = PostgresJobLogs(Database(pool))
        listed = {status: len(await logs.list_logs(LogFilter(status=status), None, 1000)) for status in LogStatus}
        [newest] = await logs.list_logs(LogFilter(job_name="job 1"), None, 1)
        start = value(database, f"select start_time from sync_job_log where id = {newest.id}")

    assert "sync_job_log: 100 rows with the status 'running' are shown as abandoned" in report
    assert "sync_job_log: 100 rows with the status 'partial' are shown as unknown" in report
    assert listed[LogStatus.ABANDONED] == listed[LogStatus.UNKNOWN] == 100
    assert (listed[LogStatus.SUCCESS], listed[LogStatus.RUNNING]) == (200, 0)
    assert value(database, "select count(*) from sync_job_log where status = 'running'") == 100
    assert (newest.log_type, newest.execution_phase, newest.run_id) == ("execution_start", "initial", None)
    assert newest.started_at == newest.run_started_at == start.replace(tzinfo=ZoneInfo(ZONE))


async def test_adopted_rows_are_found_by_the_name_of_their_job_whatever_its_id_was(database: str) -> None:
    execute(database, variation())
    migrate(database, SHANGHAI)
    # A job with this name is registered later and gets another id than the rows have.
    execute(database, "insert into sync_job (name) values ('job 1')")
    own = value(database, ARCBEATS_INSERT.replace("values (1, 1, 'j'", "values (1, 8, 'job 1'"))

    async with open_pool(database) as pool:
        found = await PostgresJobLogs(Database(pool)).list_logs(LogFilter(job_name="job 1"), None, 100)

    adopted = value(database, "select array_agg(id order by id desc) from sync_job_log where job_id = 1")
    assert [log.id for log in found] == [own, *adopted]
    assert {log.job_name for log in found} == {"job 1"}


@pytest.mark.parametrize("job_id", ["integer", "varchar(20)"], ids=["numbers", "texts"])
async def test_adopted_rows_are_found_by_an_adopted_job_whatever_name_they_have(database: str, job_id: str) -> None:
    jobs = "create table sync_job (id serial primary key, name varchar(100) not null unique);"
    names = "insert into sync_job (name) values ('sync_lines'), ('job 2')"
    execute(database, jobs + names)
    execute(database, variation(job_id=job_id))
    migrate(database, SHANGHAI)
    program = "insert into sync_job_log (job_id, status, start_time) values ('1', 'running', now()) returning id"
    execute(database, "alter table sync_job_log alter column job_name set default ''")
    newest = value(database, program)

    async with open_pool(database) as pool:
        logs = PostgresJobLogs(Database(pool))
        first = await logs.list_logs(LogFilter(job_name="sync_lines"), None, 3)
        after = LogPosition(first[-1].run_started_at, first[-1].id or 0)
        rest = await logs.list_logs(LogFilter(job_name="sync_lines"), after, 100)
        twice = await logs.list_logs(LogFilter(job_name="job 2"), None, 100)

    expected = "select array_agg(id order by run_started_at desc, id desc) from sync_job_log where job_id = '{}'"
    assert [log.id for log in [*first, *rest]] == value(database, expected.format(1))
    assert first[0].id == newest
    assert [log.id for log in twice] == value(database, expected.format(2))


async def test_the_rows_below_a_root_are_in_its_month_and_in_its_tree(database: str) -> None:
    execute(database, table("the new form", 4000))
    migrate(database, SHANGHAI)

    async with open_pool(database) as pool:
        logs = PostgresJobLogs(Database(pool))
        [root] = await logs.list_logs(LogFilter(), None, 1)
        tree = await logs.logs_of_run(root)

    assert [log.parent_log_id for log in tree] == [None, root.id, root.id, root.id]
    assert [log.execution_phase for log in tree] == ["initial", "retry", "initial", "final"]
    assert len({log.run_started_at for log in tree}) == 1


def test_a_program_that_writes_the_old_way_goes_on_while_the_table_is_replaced(database: str) -> None:
    execute(database, table("the old form"))
    stop = threading.Event()
    written: list[int] = []

    def program() -> None:
        # Its statements are prepared before the table is replaced, and are executed after.
        with psycopg.connect(database, autocommit=True, prepare_threshold=0) as connection:
            while not stop.is_set():
                [(row_id,)] = connection.execute(OLD_INSERT).fetchall()
                connection.execute(OLD_UPDATE.format(id=row_id).encode())
                written.append(row_id)

    thread = threading.Thread(target=program)
    thread.start()
    try:
        migrate(database, SHANGHAI)
        count = len(written)
        while len(written) < count + 20 and thread.is_alive():
            pass
    finally:
        stop.set()
        thread.join()

    found = fetch(database, "select id, status, end_time::text from sync_job_log where start_time = '2026-03-31 23:59'")
    assert sorted(row_id for row_id, *_ in found) == sorted(written)
    assert {each[1:] for each in found} == {("success", "2026-04-01 00:01:00")}
    assert value(database, "select count(*) from sync_job_log") == ROWS + len(written)


def test_the_old_program_writes_across_the_end_of_a_month(database: str) -> None:
    execute(database, table("the new form", 40))
    migrate(database, SHANGHAI)
    root = "insert into sync_job_log (job_id, job_name, status) values (1, 'j', 'running') returning id"
    child = (
        "insert into sync_job_log (job_id, job_name, status, log_type, parent_log_id) "
        "values (1, 'j', 'running', 'retry_attempt', {id}) returning tableoid::regclass::text"
    )
    at = "alter table sync_job_log alter run_started_at set default now() + interval '{months} months'"
    before = value(database, root)

    # The clock of the server cannot be set, so the default of the column is.
    execute(database, at.format(months=1))
    next_month = value(database, child.format(id=before))
    execute(database, at.format(months=4))
    with pytest.raises(psycopg.errors.CheckViolation, match="no partition"):
        fetch(database, root)
    created = fetch(database, "select sync_job_log_create_months(array[now() + interval '4 months']::date[])")
    last_month = value(database, child.format(id=before))

    assert len(created) == 1
    assert "sync_job_log_" in next_month < last_month


def test_times_are_copied_between_the_columns_of_arcbeat_and_of_the_old_program(database: str) -> None:
    execute(database, table("the old form", 10))
    migrate(database, SHANGHAI)

    theirs = value(database, OLD_INSERT)
    execute(database, OLD_UPDATE.format(id=theirs))
    ours = value(database, ARCBEATS_INSERT)
    execute(database, f"update sync_job_log set log_ended_at = '2026-03-31T16:00:30Z' where id = {ours}")

    utc = "to_char({} at time zone 'UTC', 'MM-DD HH24:MI:SS')"
    times = f"{utc.format('log_started_at')}, {utc.format('log_ended_at')}, start_time::text, end_time::text"
    assert fetch(database, f"select {times} from sync_job_log where id in ({theirs}, {ours}) order by id") == [
        ("03-31 15:59:00", "03-31 16:01:00", "2026-03-31 23:59:00", "2026-04-01 00:01:00"),
        ("03-31 16:00:00", "03-31 16:00:30", "2026-04-01 00:00:00", "2026-04-01 00:00:30"),
    ]


def test_deleting_a_root_deletes_the_rows_below_it_as_before(database: str) -> None:
    execute(database, table("the new form", 40))
    migrate(database, SHANGHAI)

    execute(database, "delete from sync_job_log where id = 1")

    assert fetch(database, "select id from sync_job_log order by id limit 1") == [(5,)]


@pytest.mark.parametrize("action", ["no action", "set null"])
def test_the_foreign_key_of_the_table_to_itself_is_kept_as_a_trigger(database: str, action: str) -> None:
    execute(database, table("the new form", 40).replace("on delete cascade", f"on delete {action}"))
    migrate(database, SHANGHAI)

    if action == "no action":
        with pytest.raises(psycopg.errors.ForeignKeyViolation, match="is the parent of other rows"):
            execute(database, "delete from sync_job_log where id = 1")
        execute(database, "delete from sync_job_log where id <= 4")
        assert value(database, "select count(*) from sync_job_log") == 36
    else:
        execute(database, "delete from sync_job_log where id = 1")
        assert value(database, "select count(*) from sync_job_log where parent_log_id is null") == 9 + 3


@pytest.mark.parametrize("name", RECREATED)
def test_what_depends_on_the_table_is_recreated(database: str, name: str) -> None:
    statements, query = RECREATED[name]
    execute(database, variation(more=statements))
    before = fetch(database, query)

    migrate(database, SHANGHAI)

    assert before
    assert fetch(database, query) == before


def test_a_replaced_view_reads_the_new_table_and_a_trigger_works_on_new_rows(database: str) -> None:
    view, trigger = (RECREATED[name][0] for name in RECREATED if name.startswith(("a view", "a trigger")))
    execute(database, variation(more=f"{view};{trigger}"))
    migrate(database, SHANGHAI)

    added = value(database, OLD_INSERT)

    assert (added,) in fetch(database, "select id from newest")
    assert value(database, f"select duration from sync_job_log where id = {added}") == 7


def test_ids_go_on_after_those_of_an_identity_column(database: str) -> None:
    execute(database, variation().replace("serial", "integer generated always as identity", 1))
    migrate(database, SHANGHAI)

    assert value(database, OLD_INSERT) == 51
    assert value(database, "select pg_get_serial_sequence('sync_job_log', 'id')") == "public.sync_job_log_id_seq"


def test_new_jobs_get_no_id_that_the_log_of_another_program_contains(database: str) -> None:
    execute(database, table("the old form", 50))
    migrate(database, SHANGHAI)

    assert value(database, "insert into sync_job (name) values ('check_latest') returning id") == 8


def test_the_jobs_of_another_program_keep_their_ids_and_get_the_missing_columns(database: str) -> None:
    execute(
        database,
        "create table sync_job (id serial primary key, name varchar(100) not null unique, cron text, "
        "enabled boolean not null default true, target text default 'x');"
        "insert into sync_job (name) select 'job ' || n from generate_series(1, 7) as n;"
        + variation(more="alter table sync_job_log add foreign key (job_id) references sync_job"),
    )

    report = migrate(database, SHANGHAI)

    assert "sync_job existed and is adopted with its rows" in report
    assert fetch(
        database, "select id, name, target, schedule, timeout_seconds, next_run_at from sync_job where id = 7"
    ) == [(7, "job 7", "x", None, 600.0, None)]


async def test_ids_of_jobs_may_be_texts(database: str) -> None:
    execute(database, variation(job_id="varchar(64) using 'job_' || job_id"))
    migrate(database, SHANGHAI)
    job_id = value(database, "insert into sync_job (name) values ('check_latest') returning id")
    ours = value(database, ARCBEATS_INSERT.replace("(1, 1, 'j'", f"(1, {job_id}, 'check_latest'"))

    async with open_pool(database) as pool:
        logs = PostgresJobLogs(Database(pool))
        listed = await logs.list_logs(LogFilter(job_name="check_latest"), None, 10)
        [newest, *_] = await logs.list_logs(LogFilter(job_name="job 1"), None, 10)

    assert [(log.id, log.job_id) for log in listed] == [(ours, job_id)]
    assert newest.job_id is None


def test_a_new_month_gets_what_the_old_table_had(database: str) -> None:
    execute(database, variation(more=";".join(statements for statements, _ in RECREATED.values())))
    migrate(database, SHANGHAI)

    execute(database, "select sync_job_log_create_months(array[date '2031-01-01'])")
    execute(database, "alter table sync_job_log alter run_started_at set default '2031-01-15T00:00:00Z'")
    added = value(database, OLD_INSERT)

    row = "select tableoid::regclass::text, duration::int, doubled, plant_id from sync_job_log where id = {id}"
    assert fetch(database, row.format(id=added)) == [("sync_job_log_2031_01", 7, 0, 3)]
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        execute(database, f"update sync_job_log set plant_id = 77 where id = {added}")


def test_the_table_keeps_its_owner_who_goes_on_writing(database: str, postgres_server: Server) -> None:
    owner, arcbeat = (f"{name}_{uuid.uuid4().hex[:12]}" for name in ("owner", "arcbeat"))
    for role in (owner, arcbeat):
        postgres_server.administer(sql.SQL("create role {} login").format(sql.Identifier(role)))
    execute(
        database,
        variation(more=f"alter table sync_job_log owner to {owner}; grant {owner} to {arcbeat};")
        + f"grant all on schema public to {owner}, {arcbeat};"
        + f"do $$ begin execute format('grant create on database %I to {arcbeat}', current_database()); end $$",
    )

    migrate(database.replace("postgres@", f"{arcbeat}@", 1), SHANGHAI)

    assert value(database.replace("postgres@", f"{owner}@", 1), OLD_INSERT) == 51
    owners = "select distinct pg_get_userbyid(relowner) from pg_class where relname ~ '^sync_job_log_?[0-9_idseq]*$'"
    assert fetch(database, owners) == [(owner,)]
    created = "select sync_job_log_create_months(array[date '2031-01-01'])"
    assert len(fetch(database.replace("postgres@", f"{arcbeat}@", 1), created)) == 1


def test_a_table_in_another_schema_of_the_search_path_is_adopted_there(database: str) -> None:
    execute(database, variation(more="create schema own"))
    url = f"{database}&options=-csearch_path%3Down,public"

    report = migrate(url, SHANGHAI)

    assert "sync_job_log is in the schema public, and so are its partitions" in report
    places = (
        "select distinct relnamespace::regnamespace::text from pg_class where relname ~ '{}' and relkind in ('r', 'p')"
    )
    assert fetch(database, places.format("^sync_job_log")) == [("public",)]
    assert fetch(database, places.format("^sync_job_(run|statistics)")) == [("own",)]
    assert value(url, OLD_INSERT) == 51
