"""The tables of jobs: partitions of the log by month, its parents, and what the constraints reject."""

from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from adapters.postgres.schema.migration import migrate

PARTITIONS = """
select i.inhrelid::regclass::text as name from pg_inherits i where i.inhparent = 'sync_job_log'::regclass order by 1"""
MONTHS = """
select to_char(date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead), '"sync_job_log_"YYYY_MM')
       as name
  from generate_series(0, 3) as ahead order by 1"""
ROOT = "insert into sync_job_log (job_name, run_started_at) values ('j', {at}) returning id"
CHILD = "insert into sync_job_log (job_name, parent_log_id) values ('j', {parent}) returning id"


def rows(database: str, statement: str) -> list[dict[str, Any]]:
    with psycopg.connect(database, autocommit=True, row_factory=dict_row) as connection:
        return connection.execute(statement.encode()).fetchall()


@pytest.fixture
def migrated(database: str) -> str:
    migrate(database)
    return database


def test_the_log_has_partitions_for_this_month_and_the_next_three(migrated: str) -> None:
    assert rows(migrated, PARTITIONS) == rows(migrated, MONTHS)


def test_a_child_may_have_its_parent_in_another_month(migrated: str) -> None:
    [root] = rows(migrated, ROOT.format(at="now() + interval '1 month'"))

    [child] = rows(migrated, CHILD.format(parent=root["id"]))

    assert child["id"] > root["id"]


def test_a_parent_that_does_not_exist_is_rejected(migrated: str) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="parent_log_id 99 is not the id of a row"):
        rows(migrated, CHILD.format(parent=99))


def test_a_month_can_be_dropped_while_its_children_are_elsewhere(migrated: str) -> None:
    [root] = rows(migrated, ROOT.format(at="now() + interval '3 months'"))
    rows(migrated, CHILD.format(parent=root["id"]))

    with psycopg.connect(migrated) as connection:
        connection.execute(f"drop table {rows(migrated, PARTITIONS)[-1]['name']}".encode())

    assert [each["parent_log_id"] for each in rows(migrated, "select * from sync_job_log")] == [root["id"]]


def test_a_row_beyond_the_created_months_is_rejected(migrated: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="no partition"):
        rows(migrated, ROOT.format(at="now() + interval '5 months'"))


@pytest.mark.parametrize("column", ["log_type", "execution_phase", "status"])
def test_unknown_values_are_rejected(migrated: str, column: str) -> None:
    insert = f"insert into sync_job_log (job_name, {column}) values ('j', 'other') returning id"  # noqa: S608 -- a constant

    with pytest.raises(psycopg.errors.CheckViolation, match="ck_sync_job_log"):
        rows(migrated, insert)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (("Running", "null"), "running"),
        (("运行中", "now()"), "abandoned"),
        (("COMPLETED", "now()"), "success"),
        (("失败", "null"), "failed"),
        (("timeout", "null"), "timeout"),
        (("7", "null"), "unknown"),
        ((" abandoned ", "null"), "abandoned"),
    ],
)
def test_the_status_of_other_programs_is_shown_in_arcbeats_words(
    migrated: str, stored: tuple[str, str], shown: str
) -> None:
    query = "select sync_job_log_status('{}', {}) as status".format(*stored)

    assert rows(migrated, query) == [{"status": shown}]
