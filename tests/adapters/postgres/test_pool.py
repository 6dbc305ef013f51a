"""Statements on PostgreSQL, timeouts and the translation of errors."""

import asyncio
import os
import re
import signal
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import product

import psycopg
import psycopg_pool
import pytest
import pytest_asyncio
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adapters.breaker import BreakerState
from adapters.postgres.pool import Database, Pool, open_pool, translate_errors
from arcbeat.domain.errors import (
    StatementTimeout,
    StoreBadValue,
    StoreError,
    StoreObjectMissing,
    StoreOverloaded,
    StoreProtocolError,
    StoreTakesNoWrites,
    StoreTimeout,
    StoreUnauthorised,
    StoreUnavailable,
    StoreUnreachable,
)
from tests.support.postgres import Server
from tests.support.settling import settle

# The message BackendKeyData: type byte, length 12, process id and secret key for cancel requests.
KEY_DATA = re.compile(rb"K\x00\x00\x00\x0c.{4}", re.DOTALL)
KEY_DATA_OF_NOBODY = b"K\x00\x00\x00\x0c\x00\x00\x00\x01"
SECRET = "insert into t values ('secret')"
CANCELLED_TURNS = 40
"""More turns of the event loop than a call with two statements takes."""
NOWHERE = "postgresql://user:secret@/nowhere?host=/nonexistent"


@pytest.fixture(scope="module")
def database(postgres_server: Server) -> Iterator[str]:
    """One database for the whole module: tests create only temporary tables."""
    uri = postgres_server.create_database()
    yield uri
    postgres_server.drop_database(uri)


@pytest_asyncio.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, max_size=1, max_waiting=1, wait_seconds=0.2) as opened:
        yield opened


async def test_rows_are_dictionaries(pool: Pool) -> None:
    database = Database(pool)

    assert await database.fetch_all("select n, n * 2 as twice from generate_series(1, 2) n") == [
        {"n": 1, "twice": 2},
        {"n": 2, "twice": 4},
    ]
    assert await database.fetch_one("select %s::text as value", ("100%",)) == {"value": "100%"}
    assert await database.fetch_one("select 1 where false") is None


async def test_execute_returns_the_number_of_changed_rows(pool: Pool) -> None:
    database = Database(pool)
    await database.execute("create temporary table t (n int)")

    assert await database.execute("insert into t select generate_series(1, %(count)s)", {"count": 3}) == 3
    assert await database.fetch_one("select count(*) as rows from t") == {"rows": 3}


async def test_several_statements_can_be_one_transaction(pool: Pool) -> None:
    database = Database(pool)
    await database.execute("create temporary table t (n int)")

    async def insert_two() -> None:
        async with database.connection() as connection, connection.transaction():
            await connection.execute("insert into t values (1)")
            await connection.execute("insert into t values ('x')")

    with pytest.raises(StoreBadValue):
        await insert_two()

    assert await database.fetch_all("select n from t") == []


async def prepared_after_many(pool: Pool) -> int:
    database = Database(pool)
    for _ in range(10):
        await database.fetch_one("select %s::int as n", (1,))
    return len(await database.fetch_all("select name from pg_prepared_statements where statement like '%%::int as n'"))


async def test_frequent_statements_are_prepared(pool: Pool) -> None:
    assert await prepared_after_many(pool) == 1


async def test_no_statement_is_prepared_behind_a_pooler(database: str) -> None:
    async with pooler(database) as uri, open_pool(uri, max_size=1) as pool:
        assert await prepared_after_many(pool) == 0


@asynccontextmanager
async def pooler(uri: str) -> AsyncIterator[str]:
    """Forwards everything, but invents the process id of the server, as PgBouncer does."""
    target = conninfo_to_dict(uri)
    socket = f"{target['host']}/.s.PGSQL.{target.get('port', 5432)}"

    async def pass_on(source: StreamReader, sink: StreamWriter, *, lie: bool) -> None:
        while data := await source.read(65536):
            sink.write(KEY_DATA.sub(KEY_DATA_OF_NOBODY, data) if lie else data)
        sink.close()

    async def serve(client: StreamReader, answers: StreamWriter) -> None:
        server, statements = await asyncio.open_unix_connection(socket)
        await asyncio.gather(pass_on(client, statements, lie=False), pass_on(server, answers, lie=True))

    async with await asyncio.start_server(serve, "127.0.0.1") as listening:
        port = listening.sockets[0].getsockname()[1]
        yield make_conninfo(uri, host="127.0.0.1", port=port)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("select 1 from no_such_table", StoreObjectMissing),
        ("select 1 from no_such_schema.t", StoreObjectMissing),
        ("create table no_such_schema.t ()", StoreObjectMissing),
        ("select no_such_column from pg_class", StoreObjectMissing),
        ("select 'x'::text::int", StoreBadValue),
        ("selec 1", StoreProtocolError),
        ("set role pg_monitor; select pg_read_file('/etc/hostname')", StoreUnauthorised),
        ("begin read only; create table t ()", StoreUnavailable),
        ("set statement_timeout = 1; select pg_sleep(10)", StoreTimeout),
        ("select pg_terminate_backend(pg_backend_pid())", StoreUnavailable),
    ],
)
async def test_errors_of_the_server_are_store_errors(pool: Pool, statement: str, expected: type[StoreError]) -> None:
    with pytest.raises(expected):
        async with Database(pool).connection() as connection:
            await connection.execute(statement.encode())


async def test_a_lone_surrogate_is_a_bad_value(pool: Pool) -> None:
    with pytest.raises(StoreBadValue):
        await Database(pool).fetch_one("select %s::text", ("\ud800",))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (psycopg_pool.PoolTimeout(SECRET), StoreUnreachable),
        (psycopg_pool.TooManyRequests(SECRET), StoreUnreachable),
        (psycopg_pool.PoolClosed(SECRET), StoreUnreachable),
        (errors.AdminShutdown(SECRET), StoreUnavailable),
        (errors.TooManyConnections(SECRET), StoreUnavailable),
        (errors.CannotConnectNow(SECRET), StoreUnavailable),
        (errors.ReadOnlySqlTransaction(SECRET), StoreTakesNoWrites),
        (errors.DiskFull(SECRET), StoreTakesNoWrites),
        (errors.DeadlockDetected(SECRET), StoreOverloaded),
        (errors.OutOfMemory(SECRET), StoreOverloaded),
        (errors.ConnectionTimeout(SECRET), StoreUnreachable),
        (psycopg.InterfaceError(SECRET), StoreUnreachable),
        (errors.QueryCanceled(SECRET), StatementTimeout),
        (errors.LockNotAvailable(SECRET), StatementTimeout),
        (errors.IdleInTransactionSessionTimeout(SECRET), StatementTimeout),
        (TimeoutError(SECRET), StoreTimeout),
        (errors.InvalidPassword(SECRET), StoreUnauthorised),
        (errors.InvalidAuthorizationSpecification(SECRET), StoreUnauthorised),
        (errors.InsufficientPrivilege(SECRET), StoreUnauthorised),
        (errors.InvalidCatalogName(SECRET), StoreObjectMissing),
        (errors.NumericValueOutOfRange(SECRET), StoreBadValue),
        (errors.NotNullViolation(SECRET), StoreBadValue),
        (errors.SyntaxError(SECRET), StoreProtocolError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
)
def test_translated_errors_contain_no_statements_and_no_values(error: Exception, expected: type[StoreError]) -> None:
    with pytest.raises(StoreError) as caught, translate_errors():
        raise error

    assert type(caught.value) is expected
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


async def test_a_statement_that_times_out_is_cancelled_and_its_connection_is_reused(pool: Pool) -> None:
    database = Database(pool)
    before = await database.fetch_one("select pg_backend_pid() as pid")

    with pytest.raises(StoreTimeout):
        await Database(pool, timeout_seconds=0.2).execute("select pg_sleep(60)")

    assert await database.fetch_one("select pg_backend_pid() as pid") == before


async def test_a_hung_server_raises_a_timeout_within_the_total_timeout(pool: Pool) -> None:
    row = await Database(pool).fetch_one("select pg_backend_pid() as pid")
    assert row is not None

    os.kill(row["pid"], signal.SIGSTOP)
    try:
        with pytest.raises(StoreTimeout):
            await Database(pool, timeout_seconds=0.3).fetch_one("select 1")
    finally:
        os.kill(row["pid"], signal.SIGCONT)

    assert await Database(pool).fetch_one("select 1 as one") == {"one": 1}


ASLEEP = "select from pg_stat_activity where state = 'active' and query = 'select pg_sleep(61)'"


async def test_a_cancelled_call_raises_no_timeout(pool: Pool, database: str) -> None:
    task = asyncio.create_task(Database(pool).execute("select pg_sleep(61)"))
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as watching:
        while (await watching.execute(ASLEEP)).rowcount == 0:  # noqa: ASYNC110 -- the server has no event to wait for
            await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert await Database(pool).fetch_one("select 1 as one") == {"one": 1}


@pytest.mark.parametrize("statements", [["select 1"], ["begin", "select 1"]])
async def test_calls_that_are_cancelled_at_any_moment_lose_no_connection(pool: Pool, statements: list[str]) -> None:
    database = Database(pool)

    async def call() -> None:
        async with database.connection() as connection:
            for statement in statements:
                await connection.execute(statement.encode())

    for turns in range(CANCELLED_TURNS):
        calls = [asyncio.create_task(call()) for _ in range(2)]  # the second one waits for the connection of the first
        for _ in range(turns):
            await asyncio.sleep(0)
        for each in calls:
            each.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    assert await database.fetch_one("select 1 as n") == {"n": 1}
    assert pool.get_stats()["pool_size"] == 1


async def test_a_call_that_is_cancelled_while_it_passes_its_connection_to_a_cancelled_one_loses_no_connection(
    database: str,
) -> None:
    async def call(ends: asyncio.Event) -> None:
        async with calls.connection():
            await ends.wait()

    async with open_pool(database, max_size=1) as pool:
        calls = Database(pool)
        for before, after in product(range(5), repeat=2):
            ends = asyncio.Event()
            first, second = [asyncio.create_task(call(ends)) for _ in range(2)]
            await settle()
            second.cancel()
            for _ in range(before):
                await asyncio.sleep(0)
            ends.set()
            for _ in range(after):
                await asyncio.sleep(0)
            first.cancel()
            await asyncio.gather(first, second, return_exceptions=True)

            assert await calls.fetch_one("select 1 as n") == {"n": 1}


async def test_waiting_too_long_or_in_a_full_queue_raises_overloaded(pool: Pool) -> None:
    database = Database(pool)

    async with database.connection():
        answers = await asyncio.gather(*(database.fetch_one("select 1") for _ in range(3)), return_exceptions=True)

    assert [type(answer) for answer in answers] == [StoreOverloaded] * 3


async def test_a_burst_on_a_healthy_server_does_not_open_the_breaker(pool: Pool) -> None:
    database = Database(pool)

    async with database.connection():
        await asyncio.gather(*(database.fetch_one("select 1") for _ in range(50)), return_exceptions=True)

    assert database.breaker_state is BreakerState.CLOSED


async def test_statements_that_are_too_slow_do_not_open_the_breaker(database: str) -> None:
    async with open_pool(database, max_size=6) as pool:
        slow = Database(pool, timeout_seconds=5)
        statements = (slow.execute("select pg_sleep(60)") for _ in range(6))
        results = await asyncio.gather(*statements, return_exceptions=True)

    assert [type(result) for result in results] == [StatementTimeout] * 6
    assert slow.breaker_state is BreakerState.CLOSED


async def test_an_unreachable_server_opens_the_breaker() -> None:
    async with open_pool(NOWHERE, wait_seconds=0.05) as pool:
        database = Database(pool)
        results = await asyncio.gather(*(database.fetch_one("select 1") for _ in range(5)), return_exceptions=True)

    assert [type(result) for result in results] == [StoreUnreachable] * 5
    assert database.breaker_state is BreakerState.OPEN


async def test_a_connection_that_the_server_closed_is_replaced(pool: Pool, database: str) -> None:
    await Database(pool).fetch_one("select 1")
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("""
            select pg_terminate_backend(pid, 5000) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
        """)

    assert await Database(pool).fetch_one("select 1 as one") == {"one": 1}


async def test_an_unreachable_server_is_unavailable() -> None:
    async with open_pool(NOWHERE, wait_seconds=0.1) as pool:
        with pytest.raises(StoreUnavailable) as caught:
            await Database(pool).fetch_one("select 1")

    assert "secret" not in str(caught.value)


async def test_a_database_that_is_dropped_is_unavailable(postgres_server: Server) -> None:
    uri = postgres_server.create_database()
    async with open_pool(uri, wait_seconds=0.1) as pool:
        await Database(pool).fetch_one("select 1")
        postgres_server.drop_database(uri)

        with pytest.raises(StoreUnavailable):
            await Database(pool).fetch_one("select 1")
