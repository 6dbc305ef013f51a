"""Readings in PostgreSQL, except what the conformance suite tests for every store."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from adapters.postgres.pool import PREPARE_AFTER, Database, open_pool
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.domain.errors import StoreBadValue, StoreObjectMissing, StoreProtocolError
from arcbeat.domain.readings.readings import AppendResult, HistoryQuery, Latest, Reading, Rejection
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import Subtable, SuperTable
from tests.adapters.postgres.telemetry.conftest import NOW
from tests.conformance.columns import TAGS, TS, WELDING
from tests.support.postgres import Server

TABLE = SuperTable("test_db", "welding_real_data")
QUALITY = Column(name="ip_quality", type=ColumnType.INT)


@pytest_asyncio.fixture
async def welding(store: PostgresTelemetry) -> SuperTable:
    await store.create_super_table(TABLE, WELDING)
    return TABLE


def reading(device_code: str, seconds: float, quality: int = 1) -> Reading:
    return Reading(device_code, NOW + timedelta(seconds=seconds), {"ip_quality": quality})


async def moments(store: PostgresTelemetry, device_code: str) -> list[float]:
    always = HistoryQuery(device_code=device_code, start=datetime(2000, 1, 1, tzinfo=UTC), end=NOW + timedelta(days=1))
    return [(one.ts - NOW).total_seconds() for one in await store.history(TABLE, always)]


async def test_missing_columns_are_added_to_a_super_table(store: PostgresTelemetry) -> None:
    bay = Column(name="bay", type=ColumnType.SMALLINT, is_tag=True)
    status = Column(name="device_status", type=ColumnType.VARCHAR, length=20)
    await store.create_super_table(TABLE, (TS, QUALITY, *TAGS))
    await store.append(TABLE, [reading("M1", 0)])

    await store.create_super_table(TABLE, (TS, QUALITY, status, *TAGS, bay))

    assert list(await store.describe(TABLE)) == [TS, QUALITY, status, *TAGS, bay]
    assert list(await store.list_devices(TABLE)) == [Subtable("t_m1", "M1", {"name": "t_M1", "bay": None})]


async def test_a_super_table_may_be_created_twice_at_the_same_time(store: PostgresTelemetry) -> None:
    await asyncio.gather(*(store.create_super_table(TABLE, WELDING) for _ in range(2)))

    assert list(await store.describe(TABLE)) == list(WELDING)


async def test_a_super_table_of_the_board_may_have_other_tags_and_no_device_code(store: PostgresTelemetry) -> None:
    team = Column(name="team", type=ColumnType.NCHAR, length=50, is_tag=True)
    await store.create_super_table(TABLE, (TS, QUALITY, team))

    await store.append(TABLE, [reading("stat_team1", 0, 30)])

    assert list(await store.describe(TABLE)) == [TS, QUALITY, team]
    assert await store.newest_row(TABLE) == {"ts": NOW, "ip_quality": 30}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (SuperTable("test_db", "x" * 58), QUALITY),
        (SuperTable("x" * 64, "t"), QUALITY),
        (TABLE, Column(name="shape", type=ColumnType.OTHER)),
    ],
)
async def test_a_type_or_name_that_postgresql_cannot_store_is_rejected(
    store: PostgresTelemetry, table: SuperTable, column: Column
) -> None:
    with pytest.raises(StoreBadValue):
        await store.create_super_table(table, (TS, column, *TAGS))


async def test_a_table_of_another_program_is_described_by_its_postgresql_types(
    store: PostgresTelemetry, database: Database
) -> None:
    await database.execute("create schema test_db")
    await database.execute("""
        create table test_db.welding_real_data (
            ts timestamptz, device_code text, status varchar(20), note text, locked boolean, quality integer,
            ratio numeric(5, 2), image bytea, extra jsonb, on_day date, primary key (device_code, ts))
    """)

    assert list(await store.describe(TABLE)) == [
        TS,
        Column(name="status", type=ColumnType.NCHAR, length=20),
        Column(name="note", type=ColumnType.NCHAR),
        Column(name="locked", type=ColumnType.BOOL),
        Column(name="quality", type=ColumnType.INT),
        Column(name="ratio", type=ColumnType.DOUBLE),
        Column(name="image", type=ColumnType.VARBINARY),
        Column(name="extra", type=ColumnType.OTHER),
        Column(name="on_day", type=ColumnType.OTHER),
        Column(name="device_code", type=ColumnType.NCHAR, is_tag=True),
    ]


async def test_a_table_of_another_program_is_written_and_read(store: PostgresTelemetry, database: Database) -> None:
    await database.execute("create schema test_db")
    await database.execute("""
        create table test_db.welding_real_data (
            ts timestamptz, device_code text, status varchar(20), ratio numeric(5, 2), on_day date default '2024-05-01',
            primary key (device_code, ts))
    """)
    values: dict[str, Value] = {"status": "焊接", "ratio": 99.5}

    result = await store.append(TABLE, [Reading(code, NOW, values) for code in ("b", "B", "炉")])

    expected = {code: Latest(Reading(code, NOW, {**values, "on_day": "2024-05-01"})) for code in ("b", "B", "炉")}
    assert result == AppendResult(3)
    assert await store.latest(TABLE, ["b", "B", "炉"]) == expected
    assert [device.device_code for device in await store.list_devices(TABLE)] == ["B", "b", "炉"]


async def test_a_row_that_only_the_database_rejects_does_not_affect_the_others(
    store: PostgresTelemetry, database: Database, welding: SuperTable
) -> None:
    await database.execute("alter table test_db.welding_real_data add check (ip_quality <= 100)")
    readings = [reading("M1", second, 101 if second in (3, 40) else 100) for second in range(50)]

    result = await store.append(welding, [*readings, reading("M1", 40, 102)])

    detail = "rejected by PostgreSQL (23514)"
    assert result == AppendResult(48, tuple(Rejection(index, "bad-value", detail) for index in (3, 40, 50)))
    assert len(await moments(store, "M1")) == 48


async def test_concurrent_batches_with_the_same_devices_do_not_deadlock(
    store: PostgresTelemetry, welding: SuperTable
) -> None:
    batch = [reading(f"M{number}", 0, number) for number in range(300)]

    results = await asyncio.gather(*(store.append(welding, batch[::step]) for step in (1, -1) * 4))

    assert results == [AppendResult(300)] * 8


async def test_a_number_that_underflows_its_column_becomes_zero(store: PostgresTelemetry, welding: SuperTable) -> None:
    result = await store.append(welding, [Reading("M1", NOW, {"weld_current": 1e-60})])

    assert result == AppendResult(1)
    assert (await store.latest(welding, ["M1"]))["M1"].reading.values["weld_current"] == 0


async def test_pruning_keeps_recent_rows_and_the_newest_of_each_device(
    store: PostgresTelemetry, welding: SuperTable
) -> None:
    await store.append(welding, [reading("M1", second) for second in (-90, -60, -30, 0)])
    await store.append(welding, [reading("silent", second) for second in (-900, -800, -700)])

    deleted = await store.prune(welding, older_than=NOW - timedelta(seconds=45), chunk_rows=3)

    assert deleted == 4
    assert await moments(store, "M1") == [-30, 0]
    assert await moments(store, "silent") == [-700]
    assert await store.prune(welding, older_than=NOW - timedelta(seconds=45)) == 0


async def test_pruning_ignores_rows_dated_in_the_future(
    store: PostgresTelemetry, database: Database, welding: SuperTable
) -> None:
    await store.append(welding, [reading("M1", -90), reading("M1", -60)])
    await database.execute("insert into test_db.welding_real_data (device_code, ts) values ('M1', '2099-01-01Z')")

    await store.prune(welding, older_than=NOW)

    assert await moments(store, "M1") == [-60]


async def test_pruning_does_nothing_while_another_process_prunes(
    store: PostgresTelemetry, database: Database, welding: SuperTable
) -> None:
    await store.append(welding, [reading("M1", -90), reading("M1", -60)])

    async with database.connection() as another, another.transaction():
        await another.execute("select pg_advisory_xact_lock(hashtext('arcbeat: prune'))")
        while_another_is_at_it = await store.prune(welding, older_than=NOW)

    assert while_another_is_at_it == 0
    assert await store.prune(welding, older_than=NOW) == 1


async def test_a_table_of_another_program_is_not_pruned(store: PostgresTelemetry, database: Database) -> None:
    await database.execute("create schema test_db")
    await database.execute("create table test_db.welding_real_data (device_code text, ts timestamptz)")
    await database.execute("insert into test_db.welding_real_data values ('M1', '2001-01-01Z'), ('M1', '2002-01-01Z')")

    assert await store.prune(TABLE, older_than=NOW) == 0
    assert len(await moments(store, "M1")) == 2


async def test_pruning_a_missing_table_raises_an_error(store: PostgresTelemetry) -> None:
    with pytest.raises(StoreObjectMissing):
        await store.prune(TABLE, older_than=NOW)


async def test_an_unreachable_server_is_not_ready() -> None:
    async with open_pool("postgresql://user:secret@/nowhere?host=/nonexistent", wait_seconds=0.1) as pool:
        health = await PostgresTelemetry(Database(pool)).check([TABLE])

    assert (health.name, health.ready, health.error) == ("telemetry", False, "The store cannot be reached.")


async def test_tables_of_the_master_data_are_no_super_tables(postgres_server: Server, template_database: str) -> None:
    uri = postgres_server.create_database(template=template_database)
    async with open_pool(uri, max_size=1) as pool:
        database = Database(pool)
        store = PostgresTelemetry(database)
        rows = await database.fetch_all("select tablename from pg_catalog.pg_tables where schemaname = 'public'")
        tables = [SuperTable("public", row["tablename"]) for row in rows]
        for table in tables:
            with pytest.raises(StoreObjectMissing):
                await store.describe(table)
            with pytest.raises(StoreBadValue):
                await store.create_super_table(table, WELDING)
    postgres_server.drop_database(uri)

    assert len(tables) >= 9


@pytest.mark.parametrize("change", ["add gas varchar(20)", "drop ip_quality", "alter ip_quality type bigint"])
async def test_columns_may_change_after_statements_were_prepared(
    database: Database, uri_of_module: str, welding: SuperTable, change: str
) -> None:
    async with open_pool(uri_of_module, max_size=1) as pool:
        store = PostgresTelemetry(Database(pool), lambda: NOW)
        await store.append(welding, [reading("M1", 0)])
        for _ in range(PREPARE_AFTER + 1):
            await store.latest(welding, ["M1"])
            await store.newest_row(welding)

        await database.execute(f"alter table test_db.welding_real_data {change}".encode())

        names = {column.name for column in await store.describe(welding) if not column.is_tag} - {"ts"}
        assert (await store.latest(welding, ["M1"]))["M1"].reading.values.keys() == names
        assert (await store.newest_row(welding) or {}).keys() == {"ts", *names}
        assert await store.append(welding, [reading("M1", 1)]) == await store.append(welding, [reading("M1", 1)])


@pytest.mark.usefixtures("welding")
async def test_a_transaction_that_failed_because_columns_changed_succeeds_when_it_is_repeated(
    database: Database, uri_of_module: str
) -> None:
    async with open_pool(uri_of_module, max_size=1) as pool:
        through_pool = Database(pool)

        async def read_in_a_transaction() -> None:
            async with through_pool.connection() as connection, connection.transaction():
                await connection.execute("select * from test_db.welding_real_data")

        for _ in range(PREPARE_AFTER + 1):
            await read_in_a_transaction()
        await database.execute("alter table test_db.welding_real_data add gas varchar(20)")

        with pytest.raises(StoreProtocolError):
            await read_in_a_transaction()
        await read_in_a_transaction()
