"""Tests that a log of jobs that cannot be adopted is left unchanged, and is adopted after the printed statements."""

import re

import psycopg
import pytest

from adapters.postgres.schema.comparison import SchemaError
from adapters.postgres.schema.job_log_form import LogOptions
from adapters.postgres.schema.migration import migrate
from tests.adoption.databases import EVERYTHING, execute, fetch, fixes, value
from tests.adoption.job_logs import OLD_INSERT, REFUSED_LOGS, SHANGHAI, table, variation


@pytest.mark.parametrize("name", REFUSED_LOGS)
def test_a_table_that_cannot_be_adopted_is_left_unchanged_and_adopted_after_the_printed_statements(
    database: str, name: str
) -> None:
    statements, message = REFUSED_LOGS[name]
    execute(database, statements)
    before = fetch(database, EVERYTHING)

    with pytest.raises(SchemaError, match=re.escape(message) if "[" not in message else message) as caught:
        migrate(database, SHANGHAI)

    assert fetch(database, EVERYTHING) == before
    execute(database, " ".join(fixes(caught.value)))
    try:
        migrate(database, SHANGHAI)
    except SchemaError as error:
        # Once a column has the right type, its values are examined.
        execute(database, " ".join(fixes(error)))
        migrate(database, SHANGHAI)


def test_a_table_with_naive_times_is_refused_until_the_operator_states_their_zone(database: str) -> None:
    execute(database, table("the old form", 70))

    with pytest.raises(
        SchemaError, match="has 70 rows with start_time, created_at, end_time without a time zone"
    ) as caught:
        migrate(database)
    with pytest.raises(SchemaError, match=r"the time zone UTC\+8, which PostgreSQL does not know"):
        migrate(database, LogOptions(time_zone="UTC+8"))

    assert fixes(caught.value) == ["arcbeat migrate --time-zone Asia/Shanghai"]


def test_an_empty_table_and_times_with_a_zone_need_no_time_zone(database: str) -> None:
    execute(database, variation(rows=0))
    migrate(database)
    assert value(database, OLD_INSERT) == 1


def test_the_operator_may_state_the_column_with_the_start(database: str) -> None:
    create = "create table sync_job_log (id serial primary key, status text, 开始 timestamptz, 说明 text)"
    execute(database, f"{create}; insert into sync_job_log (status, 开始) values ('success', '2026-01-02T03:04:05Z')")  # noqa: S608 -- a constant

    with pytest.raises(SchemaError, match="has no timestamp column with the start of a run"):
        migrate(database)
    with pytest.raises(SchemaError, match="has no timestamp column 结束"):
        migrate(database, LogOptions(start_column="结束"))
    migrate(database, LogOptions(start_column="开始"))

    assert value(database, "select tableoid::regclass::text from sync_job_log") == "sync_job_log_2026_01"


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        (
            """alter table sync_job_log add constraint known
               check (status in ('running', 'success', 'failed', 'timeout', 'cancelled', '成功', 'partial'))""",
            'alter table "sync_job_log" drop constraint "known";',
        ),
        (
            """create function no() returns trigger language plpgsql as 'begin return null; end';
               create trigger no before insert on sync_job_log for each row execute function no()""",
            "a trigger skips the row",
        ),
        (
            """create table plan (id integer primary key); insert into plan select generate_series(1, 7);
               alter table sync_job_log add constraint planned foreign key (job_id) references plan""",
            'drop constraint "planned"',
        ),
    ],
)
def test_a_table_that_rejects_the_rows_of_arcbeat_is_refused(database: str, statements: str, message: str) -> None:
    execute(database, variation(more=statements))
    before = fetch(database, EVERYTHING)

    with pytest.raises(SchemaError, match=re.escape(message)):
        migrate(database, SHANGHAI)

    assert fetch(database, EVERYTHING) == before


def test_a_table_in_use_is_left_unchanged_and_its_users_are_named(database: str) -> None:
    execute(database, variation())
    before = fetch(database, EVERYTHING)

    with psycopg.connect(f"{database}&application_name=report") as reader:
        reader.execute("select from sync_job_log")
        with pytest.raises(SchemaError, match=r"in use, and nothing was changed: .* \(report, idle in transaction\)"):
            migrate(database, SHANGHAI)

    assert fetch(database, EVERYTHING) == before
