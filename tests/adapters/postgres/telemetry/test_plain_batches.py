"""Plain batches in PostgreSQL: stored as a whole, or left to ``append``."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adapters.postgres.pool import Database, open_pool
from adapters.postgres.telemetry.batch_writer import CHUNK_ROWS
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.domain.errors import StoreError, StoreObjectMissing
from arcbeat.domain.readings.plain_batches import PlainBatch
from arcbeat.domain.readings.readings import CLOCK_SKEW_MAX, AppendResult, Reading
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from tests.adapters.postgres.telemetry.conftest import NOW
from tests.conformance.any_values import ANY_VALUES
from tests.conformance.columns import EVERY_TYPE, TAGS, TS, WELDING
from tests.faults.proxy import Behaviour, Mode, Proxy, to_socket
from tests.support.plain_batches import plain_batch

TABLE = SuperTable("test_db", "welding_real_data")
SECOND = timedelta(seconds=1)


@pytest_asyncio.fixture
async def welding(store: PostgresTelemetry) -> SuperTable:
    await store.create_super_table(TABLE, WELDING)
    return TABLE


def reading(device_code: str, seconds: float = 0, **values: Value) -> Reading:
    return Reading(device_code, NOW + seconds * SECOND, values or {"ip_quality": 1})


async def batch_of(store: PostgresTelemetry, table: SuperTable, readings: Sequence[Reading]) -> PlainBatch:
    batch = plain_batch(await store.columns_to_append(table), readings)
    assert batch is not None
    return batch


async def append_plain(store: PostgresTelemetry, readings: Sequence[Reading], table: SuperTable = TABLE) -> bool:
    return await store.append_plain(table, await batch_of(store, table, readings))


async def rows_of(database: Database, table: SuperTable = TABLE) -> list[dict[str, object]]:
    statement = sql.SQL('select * from {} order by device_code collate "C", ts')
    async with database.connection() as connection:
        # Not prepared: the columns of a prepared statement must not change.
        return await (
            await connection.execute(statement.format(sql.Identifier(table.database, table.name)), prepare=False)
        ).fetchall()


CODES = ["M1", "m1", 'a "b"', "back\\slash", "{}", "炉"]
_KEYS = st.tuples(st.sampled_from(CODES), st.integers(0, 2))
_READINGS = st.dictionaries(
    _KEYS,
    st.fixed_dictionaries(
        {}, optional={**ANY_VALUES, "moment": st.none() | st.datetimes(timezones=st.just(UTC))}
    ).filter(bool),
    max_size=12,
)


def _to_readings(values: dict[tuple[str, int], dict[str, Value]]) -> list[Reading]:
    return [Reading(code, NOW + timedelta(microseconds=number), each) for (code, number), each in values.items()]


@pytest_asyncio.fixture(scope="module")
async def plain_and_exact(database_of_module: Database) -> tuple[SuperTable, SuperTable]:
    """Two super tables with columns of every type."""
    tables = SuperTable("any_db", "plain"), SuperTable("any_db", "exact")
    for table in tables:
        await PostgresTelemetry(database_of_module).create_super_table(table, EVERY_TYPE)
    return tables


@settings(max_examples=60, database=None, derandomize=True)
@given(_READINGS, _READINGS, st.booleans())
async def test_a_plain_batch_is_stored_as_append_would_store_it(
    database_of_module: Database,
    plain_and_exact: tuple[SuperTable, SuperTable],
    existing: dict[tuple[str, int], dict[str, Value]],
    sent: dict[tuple[str, int], dict[str, Value]],
    are_devices_known: bool,
) -> None:
    plain, exact = plain_and_exact
    earlier = [reading(code, -1, flag=True) for code in CODES if are_devices_known]
    # A new store: one that knows which tags are stored would not store them again after they are deleted.
    store = PostgresTelemetry(database_of_module, lambda: NOW + SECOND)
    for table in plain_and_exact:
        for name in (table.name, f"{table.name}__tags"):
            await database_of_module.execute(sql.SQL("delete from {}").format(sql.Identifier(table.database, name)))
        await store.append(table, [*earlier, *_to_readings(existing)])

    assert await append_plain(store, _to_readings(sent), plain)
    assert await store.append(exact, _to_readings(sent)) == AppendResult(len(sent))

    assert await rows_of(database_of_module, plain) == await rows_of(database_of_module, exact)
    assert await store.list_devices(plain) == await store.list_devices(exact)


async def test_a_batch_of_several_statements_is_stored_in_any_order(
    store: PostgresTelemetry, database: Database, welding: SuperTable
) -> None:
    numbers = range(2 * CHUNK_ROWS + 1)

    assert await append_plain(store, [reading(f"M{number % 7}", -number, ip_quality=number) for number in numbers])

    rows = await rows_of(database)
    assert {(row["device_code"], row["ts"], row["ip_quality"]) for row in rows} == {
        (f"M{number % 7}", NOW - number * SECOND, number) for number in numbers
    }
    assert [device.device_code for device in await store.list_devices(welding)] == [f"M{number}" for number in range(7)]


ARE_DEVICES_KNOWN = pytest.mark.parametrize("are_devices_known", [False, True], ids=["new devices", "known devices"])
"""Readings of known devices are stored in one statement, others in a transaction with the tags of the devices."""


@pytest.mark.parametrize(
    "readings",
    [
        pytest.param([reading("M1", ip_quality=1), reading("M1", ip_quality=2)], id="one key twice"),
        pytest.param([reading("M1", ip_quality=1), reading("M1", weld_current=2.0)], id="one key in two groups"),
        pytest.param([reading("M1"), reading("M2", CLOCK_SKEW_MAX.seconds + 1)], id="in the future"),
        pytest.param([reading("M1"), reading("M2", ip_quality=101)], id="rejected by a constraint"),
        pytest.param([reading("M1"), reading("M2", device_status="x" * 11)], id="rejected by the type"),
    ],
)
@ARE_DEVICES_KNOWN
async def test_nothing_is_stored_of_a_batch_that_must_be_appended_reading_by_reading(
    store: PostgresTelemetry,
    database: Database,
    welding: SuperTable,
    readings: Sequence[Reading],
    are_devices_known: bool,
) -> None:
    earlier = [reading(code, -1) for code in ("M1", "M2") if are_devices_known]
    await store.append(welding, earlier)
    await database.execute("alter table test_db.welding_real_data add check (ip_quality <= 100)")
    await database.execute("alter table test_db.welding_real_data alter device_status type varchar(10)")

    assert not await append_plain(store, readings)

    assert [row["ts"] for row in await rows_of(database)] == [each.ts for each in earlier]
    assert [each.device_code for each in await store.list_devices(welding)] == [each.device_code for each in earlier]


async def test_a_timestamp_may_be_ahead_by_the_tolerated_skew(
    store: PostgresTelemetry, database: Database, welding: SuperTable
) -> None:
    assert await append_plain(store, [reading("M1", CLOCK_SKEW_MAX.seconds)])

    assert [row["ts"] for row in await rows_of(database)] == [NOW + CLOCK_SKEW_MAX]


@pytest.mark.parametrize(
    "change",
    [
        "alter table test_db.welding_real_data add gas varchar(20)",
        "alter table test_db.welding_real_data drop ip_quality",
        "alter table test_db.welding_real_data drop ip_quality, add ip_quality text",
        "alter table test_db.welding_real_data__tags add bay integer",
    ],
)
@ARE_DEVICES_KNOWN
async def test_a_batch_for_columns_that_have_changed_is_not_stored(
    store: PostgresTelemetry, database: Database, welding: SuperTable, change: str, are_devices_known: bool
) -> None:
    earlier = [reading("M1", -1)] if are_devices_known else []
    await store.append(welding, earlier)
    batch = await batch_of(store, welding, [reading("M1")])
    await database.execute(change.encode())

    stored = await store.append_plain(welding, batch)
    columns = await store.columns_to_append(welding)

    assert not stored
    assert [row["ts"] for row in await rows_of(database)] == [each.ts for each in earlier]
    assert columns != batch.columns
    assert columns == await store.describe(welding)


@ARE_DEVICES_KNOWN
async def test_a_plain_batch_for_a_dropped_table_is_not_stored(
    store: PostgresTelemetry, database: Database, welding: SuperTable, are_devices_known: bool
) -> None:
    await store.append(welding, [reading("M1", -1)] if are_devices_known else [])
    batch = await batch_of(store, welding, [reading("M1")])
    await database.execute("drop table test_db.welding_real_data")

    with suppress(StoreObjectMissing):
        assert not await store.append_plain(welding, batch)

    with pytest.raises(StoreObjectMissing):
        await store.columns_to_append(welding)


async def test_tags_that_another_program_changed_do_not_hold_up_a_plain_batch(
    store: PostgresTelemetry, database: Database, welding: SuperTable
) -> None:
    await store.append(welding, [reading("M1", -1)])
    await database.execute("update test_db.welding_real_data__tags set name = 'other'")

    assert await append_plain(store, [reading("M1")])

    assert len(await rows_of(database)) == 2
    assert [device.tags for device in await store.list_devices(welding)] == [{"name": "other"}]


FOREIGN = """(
    ts timestamptz, device_code text, status varchar(20), ratio numeric(5, 2), code char(3), on_day date default now(),
    primary key (device_code, ts))"""


@pytest.mark.parametrize(
    "definitions",
    [
        pytest.param([f"create table test_db.welding_real_data {FOREIGN}"], id="table"),
        pytest.param(
            [
                f"create table test_db.welding_real_data {FOREIGN} partition by range (ts)",
                "create table test_db.part partition of test_db.welding_real_data default",
            ],
            id="partitioned table",
        ),
        pytest.param(
            [
                f"create table test_db.kept {FOREIGN}",
                "create view test_db.welding_real_data as select * from test_db.kept",
            ],
            id="view",
        ),
    ],
)
async def test_a_plain_batch_is_stored_in_a_table_of_another_program(
    store: PostgresTelemetry, database: Database, definitions: Sequence[str]
) -> None:
    for definition in ("create schema test_db", *definitions):
        await database.execute(definition.encode())
    sent = [reading("b", status="焊接", ratio=99.5, code="ab"), reading("B", status=None, ratio=-1.0, code="abc")]

    assert await append_plain(store, sent)
    assert await append_plain(store, sent)  # in one statement: the devices are known
    assert await append_plain(store, [reading("b", ratio=99.25)])

    rows = [(row["device_code"], row["status"], row["ratio"], row["code"]) for row in await rows_of(database)]
    assert [(code, status, float(str(ratio)), text) for code, status, ratio, text in rows] == [
        ("B", None, -1.0, "abc"),
        ("b", "焊接", 99.25, "ab "),
    ]


async def test_triggers_of_another_program_see_each_row(store: PostgresTelemetry, database: Database) -> None:
    await database.execute("create schema test_db")
    await database.execute(f"create table test_db.welding_real_data {FOREIGN}".encode())
    await database.execute("""
        create function test_db.doubled() returns trigger language plpgsql as
        $$ begin new.ratio = 2 * new.ratio; return new; end $$""")
    await database.execute("""
        create trigger doubled before insert on test_db.welding_real_data
        for each row execute function test_db.doubled()""")

    assert await append_plain(store, [reading("M1", ratio=1.0), reading("M2", ratio=2.0)])

    assert [float(str(row["ratio"])) for row in await rows_of(database)] == [2, 4]


async def test_concurrent_plain_batches_with_the_same_keys_do_not_deadlock(
    store: PostgresTelemetry, database: Database, welding: SuperTable
) -> None:
    sent = [reading(f"M{number}", ip_quality=number) for number in range(2 * CHUNK_ROWS)]

    stored = await asyncio.gather(*(append_plain(store, sent[::step]) for step in (1, -1) * 4))

    assert stored == [True] * 8
    assert len(await rows_of(database)) == len(sent)


async def _until_a_statement_waits(database: Database) -> None:
    waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    while not await database.fetch_all(waiting):
        pass


UPDATE = "update test_db.welding_real_data set ip_quality = 0 where device_code = %s"


async def test_a_batch_that_loses_a_deadlock_is_left_to_append(
    store: PostgresTelemetry, database: Database, uri_of_module: str, welding: SuperTable
) -> None:
    """Rows of two groups cannot be in one order; another program may lock them in any order."""
    await store.append(welding, [reading("M1"), reading("M2")])
    two_groups = await batch_of(store, welding, [reading("M1", ip_quality=5), reading("M2", weld_current=5.0)])
    async with await psycopg.AsyncConnection.connect(uri_of_module) as other:
        await other.execute(UPDATE, ["M2"])
        appending = asyncio.create_task(store.append_plain(welding, two_groups))
        await _until_a_statement_waits(database)

        await other.execute(UPDATE, ["M1"])

        assert await appending is False
    assert [row["ip_quality"] for row in await rows_of(database)] == [0, 0]


async def test_nothing_is_stored_if_the_connection_is_cut_between_the_statements_of_a_batch(
    store: PostgresTelemetry, database: Database, uri_of_module: str, welding: SuperTable
) -> None:
    sent = [reading(f"M{number:05}", ip_quality=1) for number in range(2 * CHUNK_ROWS)]
    await store.append(welding, sent[-1:])
    parts = conninfo_to_dict(uri_of_module)
    async with Proxy.running(to_socket(f"{parts['host']}/.s.PGSQL.{parts['port']}")) as proxy:
        uri = make_conninfo(uri_of_module, host="127.0.0.1", port=proxy.port)
        async with open_pool(uri) as pool, await psycopg.AsyncConnection.connect(uri_of_module) as other:
            await other.execute(UPDATE, [sent[-1].device_code])
            through_proxy = PostgresTelemetry(Database(pool), lambda: NOW)
            appending = asyncio.create_task(append_plain(through_proxy, sent))
            await _until_a_statement_waits(database)

            await proxy.set_behaviour(Behaviour(Mode.REFUSE))

            with pytest.raises(StoreError):
                await appending
    await store.append(welding, sent[-1:])  # waits until the server has ended the transaction

    assert [row["device_code"] for row in await rows_of(database)] == [sent[-1].device_code]


async def test_a_slice_of_encoding_is_bounded(
    store: PostgresTelemetry, database: Database, welding: SuperTable
) -> None:
    """Other tasks run between the statements of a large batch."""
    batch = await batch_of(store, welding, [reading(f"M{number}") for number in range(3 * CHUNK_ROWS)])
    turns = 0

    async def count_turns(is_done: Callable[[], bool]) -> None:
        nonlocal turns
        while not is_done():
            turns += 1
            await asyncio.sleep(0)

    appending = asyncio.create_task(store.append_plain(welding, batch))
    await count_turns(appending.done)

    assert await appending
    assert turns > 3


async def test_integers_of_64_bits_and_fractions_of_seconds_keep_all_digits(
    store: PostgresTelemetry, database: Database
) -> None:
    columns = (TS, Column(name="big", type=ColumnType.BIGINT), Column(name="wide", type=ColumnType.BIGINT_UNSIGNED))
    await store.create_super_table(TABLE, (*columns, *TAGS))
    ts = datetime(2024, 4, 30, 23, 59, 59, 999999, tzinfo=UTC)

    assert await append_plain(store, [Reading("M1", ts, {"big": -(2**63), "wide": 2**64 - 1})])

    [row] = await rows_of(database)
    assert (row["ts"], row["big"], row["wide"]) == (ts, -(2**63), 2**64 - 1)
