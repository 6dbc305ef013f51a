"""Old readings are deleted in rounds, and an error does not end the rounds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest_asyncio
from structlog.testing import capture_logs

from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.domain.errors import StoreUnavailable
from arcbeat.domain.readings.readings import HistoryQuery, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.runtime.retention import ROUND_SECONDS, Retention
from tests.support.catalogue import CUTTING
from tests.support.postgres import Server

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MAX_AGE = timedelta(hours=2)
WELDING_TABLE = SuperTable("test_db", "welding_real_data")
WAIT_SECONDS_MAX = 20
BLOCKED = """select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query like '%%delete from%%'"""
HOURS = (-5, -4, -3, -1, 0)


class Counter:
    def __init__(self) -> None:
        self.deleted = 0

    def count_pruned(self, deleted: int) -> None:
        self.deleted += deleted


class FailingStore:
    """Raises a StoreError at the first call, and an error that is a bug at the second."""

    def __init__(self) -> None:
        self.calls: list[tuple[SuperTable, datetime]] = []

    async def prune(self, table: SuperTable, *, older_than: datetime) -> int:
        self.calls.append((table, older_than))
        match len(self.calls):
            case 1:
                raise StoreUnavailable("down for a moment")
            case 2:
                raise ZeroDivisionError
        return 7


@pytest_asyncio.fixture
async def databases(postgres_server: Server, template_database: str) -> AsyncIterator[tuple[Database, Database]]:
    """One database, with a pool for each of two processes."""
    uri = postgres_server.create_database(template=template_database)
    async with open_pool(uri, max_size=2) as one, open_pool(uri, max_size=2) as other:
        yield Database(one), Database(other)
    postgres_server.drop_database(uri)


def retention(database: Database, counter: Counter) -> Retention:
    store = PostgresTelemetry(database, lambda: NOW)
    return Retention(PostgresCatalogue(database), store, counter, lambda: NOW, MAX_AGE)


async def append(database: Database, table: SuperTable, device_code: str, *hours: float) -> None:
    readings = [Reading(device_code, NOW + timedelta(hours=each), {}) for each in hours]
    result = await PostgresTelemetry(database, lambda: NOW).append(table, readings)
    assert result.accepted == len(hours)


async def hours(database: Database, table: SuperTable, device_code: str) -> list[float]:
    query = HistoryQuery(device_code=device_code, start=NOW - timedelta(days=1), end=NOW + timedelta(days=1))
    readings = await PostgresTelemetry(database).history(table, query)
    return [(each.ts - NOW) / timedelta(hours=1) for each in readings]


async def test_a_round_deletes_old_readings_of_all_types_except_the_newest_of_each_device(
    databases: tuple[Database, Database],
) -> None:
    database, _ = databases
    counter = Counter()
    await append(database, WELDING_TABLE, "M1", *HOURS)
    await append(database, WELDING_TABLE, "silent", -9, -8)
    await append(database, CUTTING.super_table, "C1", *HOURS)

    await retention(database, counter).round()

    assert await hours(database, WELDING_TABLE, "M1") == [-1, 0]
    assert await hours(database, WELDING_TABLE, "silent") == [-8]
    assert await hours(database, CUTTING.super_table, "C1") == [-1, 0]
    assert counter.deleted == 7


async def test_a_retired_type_keeps_its_readings(databases: tuple[Database, Database]) -> None:
    database, _ = databases
    await append(database, CUTTING.super_table, "C1", *HOURS)
    await database.execute("update t_device_type set enabled = false where type_code = 'cutting'")

    await retention(database, Counter()).round()

    assert await hours(database, CUTTING.super_table, "C1") == list(HOURS)


async def test_concurrent_processes_delete_each_reading_once(databases: tuple[Database, Database]) -> None:
    counter = Counter()
    await append(databases[0], WELDING_TABLE, "M1", *HOURS)

    await asyncio.gather(*(retention(each, counter).round() for each in databases * 3))

    assert await hours(databases[0], WELDING_TABLE, "M1") == [-1, 0]
    assert counter.deleted == 3


async def test_a_store_that_is_unavailable_is_logged(databases: tuple[Database, Database]) -> None:
    database, _ = databases
    await database.execute("alter table t_device_type rename to gone")

    with capture_logs() as logs:
        await retention(database, Counter()).round()

    assert [(each["event"], each["what"]) for each in logs if each["event"] == "prune_failed"] == [
        ("prune_failed", "device types")
    ]


async def test_failed_rounds_do_not_end_the_rounds(databases: tuple[Database, Database]) -> None:
    store, counter = FailingStore(), Counter()
    sleeps: list[float] = []

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        if len(sleeps) == 3:
            raise asyncio.CancelledError

    catalogue = PostgresCatalogue(databases[0])
    rounds = Retention(catalogue, store, counter, lambda: NOW, MAX_AGE, sleep=sleep, first_delay=lambda: 42.0)
    with capture_logs() as logs, suppress(asyncio.CancelledError):
        await rounds.run()

    assert store.calls == [(table, NOW - MAX_AGE) for table in (CUTTING.super_table, WELDING_TABLE) * 2]
    assert sleeps == [42.0, ROUND_SECONDS, ROUND_SECONDS]
    assert counter.deleted == 14
    assert [(each["event"], each["log_level"]) for each in logs] == [
        ("prune_failed", "warning"),
        ("prune_failed", "error"),
        ("pruned", "info"),
        ("pruned", "info"),
    ]


async def test_leaving_does_not_wait_for_a_blocked_statement(databases: tuple[Database, Database]) -> None:
    database, other = databases
    await append(database, WELDING_TABLE, "M1", *HOURS)
    store = PostgresTelemetry(database, lambda: NOW)
    rounds = Retention(PostgresCatalogue(database), store, Counter(), lambda: NOW, MAX_AGE, first_delay=lambda: 0.0)

    async with other.connection() as keeper, keeper.transaction():
        await keeper.execute("lock table test_db.welding_real_data")
        async with rounds.running():
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                while not await other.fetch_all(BLOCKED):
                    pass

    assert await hours(database, WELDING_TABLE, "M1") == list(HOURS)
