"""Tests that the migration of jobs can be undone and repeated without a loss."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adapters.postgres.schema.comparison import SchemaError
from adapters.postgres.schema.migration import migrate, undo_jobs
from tests.adoption.databases import execute, fetch, value
from tests.adoption.job_logs import ARCBEATS_INSERT, FORMS, LISTS, SHANGHAI, table


@contextmanager
def unchanged(database: str, *queries: str) -> Iterator[None]:
    before = [fetch(database, query) for query in queries]
    yield
    assert [fetch(database, query) for query in queries] == before


@pytest.mark.parametrize("form", FORMS)
def test_the_migration_can_be_undone_and_repeated_without_a_loss(database: str, form: str) -> None:
    execute(database, table(form, 4000))
    migrate(database, SHANGHAI)
    execute(database, "insert into sync_job (name) values ('check_latest')")
    value(database, ARCBEATS_INSERT)

    everything = "select * from sync_job_log order by id"
    with unchanged(database, everything, LISTS[form], "select * from sync_job"):
        undo_jobs(database)
    assert value(database, "select relkind from pg_class where oid = 'sync_job_log'::regclass") == "r"
    assert value(database, "select count(*) from pg_proc where proname like 'sync_job%'") == 0
    with unchanged(database, LISTS[form], everything, "select * from sync_job"):
        migrate(database, SHANGHAI)

    assert value(database, "select count(*) from sync_job_log where adopted_at is null") == 1


def test_undoing_keeps_the_alarm_states_and_the_acknowledgements(database: str) -> None:
    migrate(database)
    execute(database, "update t_device_type set alarm_states = '{焊接}'")
    execute(
        database,
        """insert into t_alarm_acknowledgement
           values ('M1', now(), 'welding', '报警', 'on my way', 'li', now(), now(), false)""",
    )
    contents = ("select alarm_states from t_device_type", "select * from t_alarm_acknowledgement")

    with unchanged(database, *contents):
        undo_jobs(database)
    with unchanged(database, *contents):
        migrate(database)


def test_undoing_restores_the_foreign_key_of_the_table_to_itself(database: str) -> None:
    execute(database, table("the new form", 40))
    migrate(database, SHANGHAI)

    undo_jobs(database)
    execute(database, "delete from sync_job_log where id = 1")

    assert value(database, "select count(*) from sync_job_log") == 36


def test_undoing_is_refused_while_a_run_is_open(database: str) -> None:
    migrate(database)
    execute(
        database,
        "insert into sync_job (name) values ('a'); insert into sync_job_run (job_id, job_name, trigger, requested_by) "
        "select id, name, 'http', 'me' from sync_job",
    )

    with pytest.raises(SchemaError, match="1 runs are queued or running"):
        undo_jobs(database)

    assert value(database, "select relkind from pg_class where oid = 'sync_job_log'::regclass") == "p"


def test_a_new_installation_can_be_undone_and_repeated(database: str) -> None:
    migrate(database)
    value(database, ARCBEATS_INSERT.replace("'running'", "'success'"))

    undo_jobs(database)
    migrate(database)

    [row] = fetch(database, "select id, status, adopted_at, tableoid::regclass::text from sync_job_log")
    assert row[:3] == (1, "success", None)
    assert row[3].startswith("sync_job_log_2")
