"""State runs in tables of other programs, which may have several rows per device and timestamp."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.postgres.pool import Database, open_pool
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.domain.readings.readings import HistoryQuery
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.runs import StateRun, StateRunQuery
from tests.support.postgres import Server
from tests.support.state_reference import runs_by_reading

TEN = datetime(2024, 5, 1, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TABLE = SuperTable("test_db", "foreign_data")

_numbers = count(1)


@pytest_asyncio.fixture(scope="module")
async def database(postgres_server: Server) -> AsyncIterator[Database]:
    uri = postgres_server.create_database()
    async with open_pool(uri, max_size=2) as pool:
        database = Database(pool)
        await database.execute("create schema test_db")
        columns = 'device_code text, ts timestamptz, "100%% state" text, level double precision, ready boolean'
        await database.execute(f"create table test_db.foreign_data ({columns})".encode())
        yield database
    postgres_server.drop_database(uri)


def query(device_code: str, field: str) -> StateRunQuery:
    return StateRunQuery(device_codes=(device_code,), start=TEN, end=TEN + 60 * SECOND, field=field, max_gap=5 * SECOND)


@settings(max_examples=50, database=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["A", "a", "B", "", "焊接", None])), min_size=5, max_size=25)
)
async def test_of_rows_with_one_timestamp_the_greatest_state_counts(
    database: Database, rows: list[tuple[int, str | None]]
) -> None:
    code = f"M{next(_numbers)}"
    for second, state in rows:
        statement = b'insert into test_db.foreign_data (device_code, ts, "100%% state") values (%s, %s, %s)'
        await database.execute(statement, (code, TEN + second * SECOND, state))
    store = PostgresTelemetry(database)

    runs = await store.state_runs(TABLE, query(code, "100% state"))

    readings = await store.history(
        TABLE, HistoryQuery(device_code=code, start=TEN, end=TEN + 60 * SECOND, fields=("100% state",))
    )
    assert list(runs) == runs_by_reading(code, readings, "100% state", 5 * SECOND)


async def test_numbers_and_booleans_are_states_as_they_are_read(database: Database) -> None:
    statement = b"insert into test_db.foreign_data (device_code, ts, level, ready) values ('N', %s, %s, %s)"
    for second, level, ready in ((0, 0.0, True), (1, -0.0, True), (2, 1e-7, False)):
        await database.execute(statement, (TEN + second * SECOND, level, ready))
    store = PostgresTelemetry(database)

    levels = await store.state_runs(TABLE, query("N", "level"))
    booleans = await store.state_runs(TABLE, query("N", "ready"))

    assert [run.state for run in levels] == ["0.0", "-0.0", "1e-07"]
    assert list(booleans) == [
        StateRun("N", "True", TEN, TEN + SECOND),
        StateRun("N", "False", TEN + 2 * SECOND, TEN + 2 * SECOND),
    ]
