"""Tests that an existing sync_job_log is adopted without a loss, and that the programs that use it go on working."""

from typing import Any

import psycopg
import pytest

from adapters.postgres.schema.job_log_form import LogOptions
from adapters.postgres.schema.migration import migrate
from tests.adoption.job_logs import FORMS, LISTS, ROWS, ZONE, table

SHANGHAI = LogOptions(time_zone=ZONE)
INDEXES = """
select x.relname from pg_index i join pg_class x on x.oid = i.indexrelid
 where i.indrelid = 'sync_job_log'::regclass order by 1"""


def execute(database: str, statements: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(statements.encode())


def fetch(database: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.mark.parametrize("form", FORMS)
def test_every_row_is_kept_and_the_list_of_the_old_program_returns_the_same(database: str, form: str) -> None:
    execute(database, table(form))
    before = fetch(database, LISTS[form])

    report = migrate(database, SHANGHAI)

    assert "sync_job_log existed and is adopted with its rows" in report
    assert len(before) == ROWS
    assert fetch(database, LISTS[form]) == before
