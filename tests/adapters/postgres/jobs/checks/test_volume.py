"""How the tables of jobs grow, and what the disk of the database has left."""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from psycopg import conninfo, sql

from adapters.postgres.jobs.checks.volume import PostgresTableVolume, free_bytes_of
from adapters.postgres.jobs.partitions import PostgresLogPartitions
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.jobs.ports import TableGrowth
from tests.adapters.postgres.jobs.checks.stored_runs import MONTHS, NOW
from tests.adapters.postgres.jobs.conftest import Jobs

INSERT_LOG = "insert into sync_job_log (job_name, run_started_at) values ('other', %s)"
COUNT_RUNS = "insert into sync_job_statistics (job_name, day, state, runs) values (%s, %s, %s, %s)"
MIDNIGHT = datetime(2026, 4, 1, tzinfo=UTC)


async def store_logs(jobs: Jobs, *moments: datetime) -> None:
    await jobs.database.execute(MONTHS)
    for moment in moments:
        await jobs.database.execute(INSERT_LOG, (moment,))


async def growth(jobs: Jobs) -> TableGrowth:
    return await PostgresTableVolume(jobs.database).growth(NOW)


async def test_rows_and_runs_of_the_last_complete_days_are_counted(jobs: Jobs) -> None:
    week = timedelta(days=7)
    second = timedelta(seconds=1)
    await store_logs(
        jobs, MIDNIGHT - 4 * week, MIDNIGHT - week - second, MIDNIGHT - week, MIDNIGHT - second, MIDNIGHT, NOW
    )
    for day, state, runs in ((25, "succeeded", 40), (31, "failed", 2), (31, "succeeded", 8), (24, "succeeded", 99)):
        await jobs.database.execute(COUNT_RUNS, ("a", datetime(2026, 3, day, tzinfo=UTC).date(), state, runs))
    await jobs.database.execute(COUNT_RUNS, ("a", MIDNIGHT.date(), "succeeded", 77))

    found = await growth(jobs)

    assert (found.days, found.log_rows, found.runs) == (7, 2, 50)
    assert found.run_bytes > 0


async def test_days_before_the_first_complete_one_do_not_count(jobs: Jobs) -> None:
    await store_logs(jobs, MIDNIGHT - timedelta(hours=36), MIDNIGHT - timedelta(hours=3), NOW)

    found = await growth(jobs)

    assert (found.days, found.log_rows) == (1, 1)


async def test_on_its_first_day_the_log_has_no_complete_day(jobs: Jobs) -> None:
    await store_logs(jobs, NOW)

    found = await growth(jobs)

    assert (found.days, found.log_rows, found.runs) == (0, 0, 0)


async def test_the_estimate_of_rows_is_that_of_postgresql(jobs: Jobs) -> None:
    before = (await growth(jobs)).run_rows
    for number in range(3):
        await jobs.request(idempotency_key=str(number))
    await jobs.database.execute("analyze sync_job_run")

    assert (before, (await growth(jobs)).run_rows) == (None, 3)


async def test_rows_since_the_last_analyze_count_by_their_pages(jobs: Jobs) -> None:
    """Otherwise a row would seem to take thousands of times its space after many were written at once."""
    months = PostgresLogPartitions(jobs.database, jobs.clock)
    await store_logs(jobs, MIDNIGHT, NOW)
    await jobs.database.execute("analyze sync_job_log_2026_04")
    await jobs.database.execute(
        "insert into sync_job_log (job_name, run_started_at) select 'other', %s from generate_series(1, 5000)", (NOW,)
    )

    [rows] = [each.rows for each in await months.months() if each.month == date(2026, 4, 1)]

    assert rows is not None
    assert 100 < rows < 10_000


async def test_days_are_those_of_utc_in_any_session(jobs: Jobs, url: str) -> None:
    """In Berlin, the clocks were set forward on 2026-03-29."""
    await store_logs(jobs, MIDNIGHT - timedelta(days=3, hours=2), MIDNIGHT - timedelta(seconds=1))
    name = (await jobs.database.fetch_one("select current_database() as name") or {})["name"]
    in_berlin = sql.SQL("alter database {} set timezone to 'Europe/Berlin'").format(sql.Identifier(name))
    await jobs.database.execute(in_berlin)
    async with open_pool(url, max_size=1) as pool:
        found = await PostgresTableVolume(Database(pool)).growth(NOW)

    assert (found.days, found.log_rows) == (3, 1)


async def test_the_free_space_is_that_of_the_disk_with_the_data(jobs: Jobs) -> None:
    row = await jobs.database.fetch_one("select setting from pg_settings where name = 'data_directory'") or {}
    disk = os.statvfs(Path(row["setting"]))

    free = await PostgresTableVolume(jobs.database).free_bytes()

    assert free is not None
    assert abs(free - disk.f_bavail * disk.f_frsize) < 2**30  # other programs write meanwhile


@asynccontextmanager
async def ordinary_role(database_url: str) -> AsyncIterator[Database]:
    """Yield the database as a role sees it that has no rights on settings; roles belong to the whole server."""
    user, password = f"checks_{uuid.uuid4().hex[:12]}", "of a test"
    async with open_pool(database_url, max_size=1) as pool:
        owner = Database(pool)
        create = sql.SQL("create role {} login password {}")
        await owner.execute(create.format(sql.Identifier(user), sql.Literal(password)))
        other = conninfo.make_conninfo(database_url, user=user, password=password)
        async with open_pool(other, max_size=1) as ordinary:
            yield Database(ordinary)
        await owner.execute(sql.SQL("drop role {}").format(sql.Identifier(user)))


async def test_a_role_that_may_not_see_the_folder_does_not_know_the_disk(database_url: str) -> None:
    async with ordinary_role(database_url) as database:
        assert await PostgresTableVolume(database).free_bytes() is None


@pytest.mark.parametrize(
    ("content", "is_known"),
    [
        ("1\n/data\n1000\n5432\n/tmp\n", True),
        ("1\n/data\n1000\n5433\n/tmp\n", False),  # a server on another port
        ("1\n/data\n900\n5432\n/tmp\n", False),  # a server that was started before
        ("1\n/data\n1009\n5432\n/tmp\n", False),
        ("1\n/data\nyesterday\n5432\n/tmp\n", False),
        ("", False),
        (None, False),
    ],
)
def test_only_the_folder_of_the_running_server_counts(tmp_path: Path, content: str | None, *, is_known: bool) -> None:
    """A folder of the same name may belong to a server on another machine or in a container."""
    if content is not None:
        (tmp_path / "postmaster.pid").write_text(content)

    assert (free_bytes_of(tmp_path, "5432", 1000.4) is not None) is is_known
