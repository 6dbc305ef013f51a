"""Migrate works through PgBouncer in transaction mode: on an empty database, and on tables that it adopts."""

from adapters.postgres.schema.job_log_form import LogOptions
from adapters.postgres.schema.migration import migrate, undo_jobs
from arcbeat import app
from tests.adoption.databases import execute, value
from tests.adoption.job_logs import FORMS, ROWS, ZONE, table
from tests.pgbouncer.leftovers import leftovers
from tests.support.pgbouncer import PgBouncer

ROWS_OF_LOG = "select count(*) from sync_job_log"


def test_an_empty_database_is_migrated_once(database: str, pgbouncer: PgBouncer) -> None:
    uri = pgbouncer.uri(database)

    first, second = app.migrate(uri), app.migrate(uri)

    assert any("test_db.welding_real_data was created" in line for line in first)
    assert not any("created" in line for line in second)
    assert leftovers(uri) == []


def test_an_existing_log_is_adopted_and_restored(database: str, pgbouncer: PgBouncer) -> None:
    uri = pgbouncer.uri(database)
    execute(database, table(next(iter(FORMS))))
    rows = value(database, ROWS_OF_LOG)

    migrate(uri, LogOptions(time_zone=ZONE))
    assert value(database, ROWS_OF_LOG) == rows
    undo_jobs(uri)
    assert (value(database, ROWS_OF_LOG), rows) == (ROWS, ROWS)

    assert leftovers(uri) == []
