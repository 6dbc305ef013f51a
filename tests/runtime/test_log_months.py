"""The months of the log are created ahead by serving processes, and an error does not end the rounds."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from psycopg import sql

from adapters.postgres.jobs.partitions import PostgresLogPartitions
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.schema.migration import migrate
from arcbeat.domain.errors import StoreUnavailable
from arcbeat.domain.jobs.ports import LogMonth
from arcbeat.runtime.log_months import ROUND_SECONDS, LogMonths
from tests.support.postgres import Server
from tests.support.serving import Serving
from tests.support.waiting import eventually

DROP_LAST_MONTH = """
do $$ begin
    execute (select format('drop table %I', max(inhrelid::regclass::text)) from pg_inherits
              where inhparent = 'sync_job_log'::regclass);
end $$"""


class FailingPartitions:
    """Raises a StoreError at the first call, and an error that is a bug at the second."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    async def ensure(self, months_ahead: int) -> Sequence[date]:
        self.calls.append(months_ahead)
        match len(self.calls):
            case 1:
                raise StoreUnavailable("down for a moment")
            case 2:
                raise ZeroDivisionError
        return [date(2026, 3, 1)]

    async def months(self) -> Sequence[LogMonth]:
        return []

    async def finish_detachments(self, *, dry_run: bool = False) -> Sequence[str]:  # noqa: ARG002 -- of the port
        return []


async def test_a_round_is_made_every_hour_and_an_error_does_not_end_them() -> None:
    partitions = FailingPartitions()
    sleeps: list[float] = []

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        if len(sleeps) == 4:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await LogMonths(partitions, sleep=sleep, first_delay=lambda: 7.0).run()

    assert partitions.calls == [3, 3, 3]
    assert sleeps == [7.0, *[ROUND_SECONDS] * 3]


async def test_a_serving_process_creates_the_months_of_the_time_to_come(database: str) -> None:
    migrate(database)

    async def stop(_: float) -> NoReturn:
        raise asyncio.CancelledError

    async with open_pool(database) as pool:
        partitions = PostgresLogPartitions(Database(pool), lambda: datetime(2031, 11, 30, 23, 59, tzinfo=UTC))
        await LogMonths(partitions, sleep=stop).round()
        months = await partitions.months()

    assert [each.month for each in months[-4:]] == [
        date(2031, 11, 1),
        date(2031, 12, 1),
        date(2032, 1, 1),
        date(2032, 2, 1),
    ]


@pytest.fixture
def restricted_database(database: str, postgres_server: Server) -> Iterator[str]:
    """The URI of a migrated database whose last month is missing, with a role that may not create tables."""
    migrate(database)
    role = f"reader_{uuid.uuid4().hex[:12]}"
    name = sql.Identifier(role)
    postgres_server.administer(sql.SQL("create role {} login").format(name))
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(DROP_LAST_MONTH)
        connection.execute("revoke create on schema public from public")
        for kind in ("tables", "sequences"):
            grant = sql.SQL("grant all on all {} in schema public to {}")
            connection.execute(grant.format(sql.SQL(kind), name))
        yield database.replace("postgres@", f"{role}@", 1)
        connection.execute(sql.SQL("drop owned by {}").format(name))
    postgres_server.administer(sql.SQL("drop role {}").format(name))


def test_serving_with_a_role_that_may_not_create_tables_warns_and_goes_on(
    restricted_database: str, tmp_path: Path
) -> None:
    with Serving.running(tmp_path, restricted_database) as serving:
        eventually("a warning is logged", lambda: bool(serving.events("log_months_failed")))

        [warning] = serving.events("log_months_failed")
        assert serving.service.anonymous.get("/readyz").status_code == 200
        serving.terminate()
        assert serving.exit_code() == 0

    assert warning["level"] == "warning"
    assert "it must be a member of the role that owns the table, and have the privilege CREATE" in warning["detail"]
    assert "select sync_job_log_create_months(array[date '" in warning["detail"]
