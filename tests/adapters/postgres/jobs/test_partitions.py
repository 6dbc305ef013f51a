"""Months of the log are created once by any number of processes, while others read and write the log."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from multiprocessing import get_context
from typing import Any

import psycopg
import pytest

from adapters.postgres.jobs.partitions import PostgresLogPartitions
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.schema.migration import migrate
from tests.support.waiting import eventually

CREATE = "select sync_job_log_create_months(%s::date[])"
MONTHS = [date(2031, month, 1) for month in range(1, 13)]
PROCESSES = 4
ROOT = "insert into sync_job_log (job_name) values ('j') returning id"


@pytest.fixture
def migrated(database: str) -> str:
    migrate(database)
    return database


def create(database: str) -> Sequence[date]:
    """Create the months and return those that this process has created."""

    async def ensure() -> Sequence[date]:
        async with open_pool(database) as pool:
            partitions = PostgresLogPartitions(Database(pool), lambda: datetime(2031, 1, 1, tzinfo=UTC))
            return await partitions.ensure(len(MONTHS) - 1)

    return asyncio.run(ensure())


def waiting(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
    """Return how many sessions of this database wait for a lock."""
    query = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    return len(connection.execute(query).fetchall())


def partitions(database: str) -> Sequence[str]:
    query = "select inhrelid::regclass::text from pg_inherits where inhparent = 'sync_job_log'::regclass order by 1"
    with psycopg.connect(database) as connection:
        return [name for (name,) in connection.execute(query).fetchall()]


def test_processes_that_create_the_same_months_at_once_create_each_once(migrated: str) -> None:
    with (
        ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as executor,
        psycopg.connect(migrated) as blocker,
        psycopg.connect(migrated, autocommit=True) as observer,
    ):
        # No month can be attached until all processes are in the middle of creating them.
        blocker.execute("lock table sync_job_log in share mode")
        creating = [executor.submit(create, migrated) for _ in range(PROCESSES)]
        eventually("all processes wait", lambda: waiting(observer) == PROCESSES)
        blocker.rollback()
        created = [each.result() for each in creating]

    assert sorted(month for each in created for month in each) == MONTHS
    assert [name for name in partitions(migrated) if "2031" in name] == [f"sync_job_log_{day:%Y_%m}" for day in MONTHS]


def test_a_month_is_created_while_a_transaction_that_wrote_is_open(migrated: str) -> None:
    with psycopg.connect(migrated) as writer, psycopg.connect(migrated) as reader:
        reader.execute("select count(*) from sync_job_log")
        [(root,)] = writer.execute(ROOT).fetchall()
        with psycopg.connect(migrated) as creator:
            creator.execute("set local lock_timeout = '1s'")
            created = creator.execute(CREATE, (MONTHS,)).fetchall()
            # The open transaction of the creator blocks no writer, either.
            writer.execute("set local lock_timeout = '1s'")
            writer.execute("insert into sync_job_log (job_name, parent_log_id) values ('j', %s)", (root,))

    assert len(created) == 12


def test_a_relation_of_another_program_with_the_name_of_a_month_is_reported(migrated: str) -> None:
    with psycopg.connect(migrated) as connection:
        connection.execute("create table sync_job_log_2031_01 (id integer)")
        with pytest.raises(psycopg.errors.DuplicateTable, match="sync_job_log_2031_01"):
            connection.execute(CREATE, (MONTHS,))


def test_a_new_month_has_the_indexes_checks_and_triggers_of_the_log(migrated: str) -> None:
    create(migrated)
    query = """
        select array(select pg_get_indexdef(indexrelid) from pg_index where indrelid = c.oid),
               array(select conname from pg_constraint where conrelid = c.oid and contype = 'c'),
               array(select tgname from pg_trigger where tgrelid = c.oid),
               (select count(*) from pg_index where indrelid = 'sync_job_log'::regclass)
          from pg_class c where relname = 'sync_job_log_2031_07'"""

    with psycopg.connect(migrated) as connection:
        [(indexes, checks, triggers, indexes_of_log)] = connection.execute(query).fetchall()

    assert len(indexes) == indexes_of_log + 1  # the primary key
    assert sorted(checks) == ["ck_sync_job_log_phase", "ck_sync_job_log_status", "ck_sync_job_log_type"]
    assert triggers == ["sync_job_log_parent"]
