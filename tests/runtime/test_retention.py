"""Old readings go, round after round, whatever fails."""

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
from arcbeat.runtime.retention import EVERY_SECONDS, Retention
from tests.support.catalogue import CUTTING
from tests.support.postgres import Server

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
KEPT = timedelta(hours=2)
WELDING_TABLE = SuperTable("test_db", "welding_real_data")
PATIENCE_SECONDS = 20
STUCK = """select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query like '%%delete from%%'"""
HOURS = (-5, -4, -3, -1, 0)


class Counted:
    def __init__(self) -> None:
        self.deleted = 0

    def count_pruned(self, deleted: int) -> None:
        self.deleted += deleted


class FailingStore:
    """Fails the first time as a store does, then as a bug would."""

    def __init__(self) -> None:
        self.asked: list[tuple[SuperTable, datetime]] = []

    async def prune(self, table: SuperTable, *, older_than: datetime) -> int:
        self.asked.append((table, older_than))
        match len(self.asked):
            case 1:
                raise StoreUnavailable("down for a moment")
            case 2:
                raise ZeroDivisionError
        return 7


@pytest_asyncio.fixture
async def databases(postgres_server: Server, template_database: str) -> AsyncIterator[tuple[Database, Database]]:
    """One database, as two processes have it."""
    uri = postgres_server.create_database(template=template_database)
    async with open_pool(uri, max_size=2) as one, open_pool(uri, max_size=2) as other:
        yield Database(one), Database(other)
    postgres_server.drop_database(uri)


def retention(database: Database, counted: Counted) -> Retention:
    store = PostgresTelemetry(database, lambda: NOW)
    return Retention(PostgresCatalogue(database), store, counted, lambda: NOW, KEPT)


async def append(database: Database, table: SuperTable, device_code: str, *hours: float) -> None:
    readings = [Reading(device_code, NOW + timedelta(hours=each), {}) for each in hours]
    result = await PostgresTelemetry(database, lambda: NOW).append(table, readings)
    assert result.accepted == len(hours)


async def hours(database: Database, table: SuperTable, device_code: str) -> list[float]:
    query = HistoryQuery(device_code=device_code, start=NOW - timedelta(days=1), end=NOW + timedelta(days=1))
    readings = await PostgresTelemetry(database).history(table, query)
    return [(each.ts - NOW) / timedelta(hours=1) for each in readings]


async def test_a_round_deletes_what_is_old_of_every_type_but_not_the_newest_of_a_device(
    databases: tuple[Database, Database],
) -> None:
    database, _ = databases
    counted = Counted()
    await append(database, WELDING_TABLE, "M1", *HOURS)
    await append(database, WELDING_TABLE, "silent", -9, -8)
    await append(database, CUTTING.super_table, "C1", *HOURS)

    await retention(database, counted).round()

    assert await hours(database, WELDING_TABLE, "M1") == [-1, 0]
    assert await hours(database, WELDING_TABLE, "silent") == [-8]
    assert await hours(database, CUTTING.super_table, "C1") == [-1, 0]
    assert counted.deleted == 7


async def test_a_retired_type_keeps_its_readings(databases: tuple[Database, Database]) -> None:
    database, _ = databases
    await append(database, CUTTING.super_table, "C1", *HOURS)
    await database.execute("update t_device_type set enabled = false where type_code = 'cutting'")

    await retention(database, Counted()).round()

    assert await hours(database, CUTTING.super_table, "C1") == list(HOURS)


async def test_two_processes_at_once_delete_everything_once(databases: tuple[Database, Database]) -> None:
    counted = Counted()
    await append(databases[0], WELDING_TABLE, "M1", *HOURS)

    await asyncio.gather(*(retention(each, counted).round() for each in databases * 3))

    assert await hours(databases[0], WELDING_TABLE, "M1") == [-1, 0]
    assert counted.deleted == 3


async def test_a_store_that_is_away_is_logged(databases: tuple[Database, Database]) -> None:
    database, _ = databases
    await database.execute("alter table t_device_type rename to gone")

    with capture_logs() as logs:
        await retention(database, Counted()).round()

    assert [(each["event"], each["what"]) for each in logs if each["event"] == "prune_failed"] == [
        ("prune_failed", "device types")
    ]


async def test_rounds_go_on_though_some_fail(databases: tuple[Database, Database]) -> None:
    store, counted = FailingStore(), Counted()
    sleeps: list[float] = []

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        if len(sleeps) == 3:
            raise asyncio.CancelledError

    catalogue = PostgresCatalogue(databases[0])
    going = Retention(catalogue, store, counted, lambda: NOW, KEPT, sleep=sleep, first_delay=lambda: 42.0)
    with capture_logs() as logs, suppress(asyncio.CancelledError):
        await going.run()

    assert store.asked == [(table, NOW - KEPT) for table in (CUTTING.super_table, WELDING_TABLE) * 2]
    assert sleeps == [42.0, EVERY_SECONDS, EVERY_SECONDS]
    assert counted.deleted == 14
    assert [(each["event"], each["log_level"]) for each in logs] == [
        ("prune_failed", "warning"),
        ("prune_failed", "error"),
        ("pruned", "info"),
        ("pruned", "info"),
    ]


async def test_the_end_does_not_wait_for_a_statement_that_is_stuck(databases: tuple[Database, Database]) -> None:
    database, other = databases
    await append(database, WELDING_TABLE, "M1", *HOURS)
    store = PostgresTelemetry(database, lambda: NOW)
    going = Retention(PostgresCatalogue(database), store, Counted(), lambda: NOW, KEPT, first_delay=lambda: 0.0)

    async with other.connection() as keeper, keeper.transaction():
        await keeper.execute("lock table test_db.welding_real_data")
        async with going.running():
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await other.fetch_all(STUCK):
                    pass

    assert await hours(database, WELDING_TABLE, "M1") == list(HOURS)
