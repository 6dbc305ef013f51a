"""The database of the runs, as tests read and change it."""

from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.support.waiting import eventually


def query(environment: dict[str, str], statement: str) -> list[dict[str, Any]]:
    """Return the rows that a statement returns on the database of the runs."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True, row_factory=dict_row) as connection:
        return connection.execute(statement.encode()).fetchall()


def execute(environment: dict[str, str], statement: str) -> None:
    """Execute a statement on the database of the runs."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement.encode())


def wait_until_the_lease_has_ended(environment: dict[str, str]) -> None:
    statement = "select from sync_job_run where state = 'running' and lease_until < now()"
    eventually("the lease has ended", lambda: bool(query(environment, statement)))
