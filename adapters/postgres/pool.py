"""PostgreSQL: the pool of connections, one statement at a time, and its errors in the product's own words."""

import asyncio
import select
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import monotonic
from typing import Any, Self, TypeAlias

import psycopg
from psycopg import AsyncConnection, errors
from psycopg.abc import Params, QueryNoTemplate
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from adapters.breaker import Breaker, BreakerState
from arcbeat.domain.errors import (
    StoreBadValue,
    StoreError,
    StoreObjectMissing,
    StoreProtocolError,
    StoreTakesNoWrites,
    StoreTimeout,
    StoreUnauthorised,
    StoreUnavailable,
)
from arcbeat.domain.metrics import UNOBSERVED, StoreObserver

IDLE_SECONDS = 5.0
"""A connection that was used later than this, and on which nothing has arrived since, is not asked whether it lives
before it is used again: that would double the round trips of a busy service."""

CONNECT_SECONDS = 5
"""To connect; and as long again for the first statement."""

CANCEL_SHARE = 0.2
"""How much of a total timeout is kept for cancelling the statement on the server."""


PREPARE_AFTER = 5
"""So often a statement is sent before it is prepared; planning takes a good part of a page's time."""
BACKEND = "select pg_backend_pid() as pid"


class Connection(AsyncConnection[DictRow]):
    """A connection that knows when it was used last."""

    used_at = 0.0

    @classmethod
    async def connect(cls, conninfo: str = "", **kwargs: Any) -> Self:
        """Connect in time.

        With psycopg's own timeout, a connection that is given up stays open until the garbage collector finds it, and
        a server that was hung keeps a session for it.
        """
        try:
            async with asyncio.timeout(kwargs.pop("connect_timeout")):
                return await super().connect(conninfo, **kwargs)
        except TimeoutError as error:
            raise errors.ConnectionTimeout("connection timeout expired") from error


Pool: TypeAlias = AsyncConnectionPool[Connection]


async def _configure(connection: Connection) -> None:
    """Prepare what is asked often, unless a pooler stands between.

    PgBouncer in transaction mode hands each transaction to another server, where a statement prepared before is
    unknown. It also cannot tell its clients the process of one server, and makes a number up.
    """
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            row = await (await connection.execute(BACKEND)).fetchone()
    except BaseException:
        await connection.close()  # the pool does not know it yet
        raise
    direct = row is not None and row["pid"] == connection.info.backend_pid
    connection.prepare_threshold = PREPARE_AFTER if direct else None


async def _check(connection: Connection) -> None:
    if monotonic() - connection.used_at > IDLE_SECONDS or _has_news(connection):
        await AsyncConnectionPool.check_connection(connection)


def _has_news(connection: Connection) -> bool:
    """Whether something arrived while nobody asked: the server's farewell, as a rule."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


async def _note_use(connection: Connection) -> None:
    connection.used_at = monotonic()


def open_pool(
    conninfo: str,
    *,
    min_size: int = 1,
    max_size: int = 10,
    max_waiting: int = 100,
    wait_seconds: float = 3.0,
    connect_seconds: int = CONNECT_SECONDS,
    reconnect_seconds: float = 2.0,
    max_lifetime_seconds: float = 1800.0,
    max_idle_seconds: float = 300.0,
) -> Pool:
    """A pool that is not open yet: ``async with`` it, in the lifespan of what uses it.

    Rows are dictionaries, every statement is a transaction of its own unless one is begun.

    Args:
        max_waiting: how many may queue for a connection; the next one is told that the store is unavailable.
        wait_seconds: how long each of them waits; shorter than the total timeout, so that «no connection» and «no
            answer» can be told apart.
        reconnect_seconds: how long a lost connection is tried for before the next request starts anew; the pauses
            between tries double, so after a long outage a long try would sleep while the server is back.
    """
    return AsyncConnectionPool(
        conninfo,
        connection_class=Connection,
        kwargs={
            "autocommit": True,
            "row_factory": dict_row,
            "prepare_threshold": None,
            "connect_timeout": connect_seconds,
            "fallback_application_name": "arcbeat",
        },
        open=False,
        min_size=min_size,
        max_size=max_size,
        max_waiting=max_waiting,
        timeout=wait_seconds,
        reconnect_timeout=reconnect_seconds,
        max_lifetime=max_lifetime_seconds,
        max_idle=max_idle_seconds,
        configure=_configure,
        check=_check,
        reset=_note_use,
    )


class Database:
    """Runs statements on pooled connections; each call ends within the total timeout, with an answer or a StoreError.

    The timeout is this side's: statement_timeout as a start-up option is refused by PgBouncer, set in a session it
    stays behind for whoever gets the server next, and set in a transaction it costs three round trips a statement and
    does not help when the server hangs. A cancel request passes through PgBouncer.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        timeout_seconds: float = 10.0,
        breaker: Breaker | None = None,
        observer: StoreObserver = UNOBSERVED,
    ) -> None:
        self._pool = pool
        self._timeout_seconds = timeout_seconds
        self._breaker = breaker or Breaker()
        self._observer = observer

    @property
    def breaker_state(self) -> BreakerState:
        return self._breaker.state

    @asynccontextmanager
    async def connection(self, timeout_seconds: float | None = None) -> AsyncIterator[Connection]:
        """A connection for several statements, all of them together within the total timeout, or one of their own."""
        total_seconds = timeout_seconds or self._timeout_seconds
        patience = total_seconds * (1 - CANCEL_SHARE)
        # The first timeout makes psycopg cancel the statement and wait for the server's word, so that the connection
        # can be used again; the second, for a server that hangs, makes it throw the connection away.
        with self._observer.call("postgresql"), self._breaker.call(), translate_errors():
            async with (
                asyncio.timeout(total_seconds),
                asyncio.timeout(patience),
                self._pool.connection() as connection,
            ):
                yield connection

    async def fetch_all(self, query: QueryNoTemplate, params: Params = ()) -> list[dict[str, Any]]:
        """All rows."""
        async with self.connection() as connection:
            return await (await connection.execute(query, params)).fetchall()

    async def fetch_one(self, query: QueryNoTemplate, params: Params = ()) -> dict[str, Any] | None:
        """The first row, if there is one."""
        async with self.connection() as connection:
            return await (await connection.execute(query, params)).fetchone()

    async def execute(self, query: QueryNoTemplate, params: Params = ()) -> int:
        """How many rows were written."""
        async with self.connection() as connection:
            return (await connection.execute(query, params)).rowcount


# The first that fits counts: an exception's class stands before its bases.
_TRANSLATIONS: tuple[tuple[type[Exception], type[StoreError]], ...] = (
    (TimeoutError, StoreTimeout),
    (errors.QueryCanceled, StoreTimeout),
    (errors.LockNotAvailable, StoreTimeout),
    (errors.UndefinedTable, StoreObjectMissing),
    (errors.UndefinedColumn, StoreObjectMissing),
    (errors.InvalidSchemaName, StoreObjectMissing),
    (errors.InvalidCatalogName, StoreObjectMissing),
    (errors.InsufficientPrivilege, StoreUnauthorised),
    (errors.InvalidPassword, StoreUnauthorised),
    (errors.InvalidAuthorizationSpecification, StoreUnauthorised),
    # After a failover the old primary is a standby for a while: another try may reach the new one.
    (errors.ReadOnlySqlTransaction, StoreTakesNoWrites),
    (errors.DiskFull, StoreTakesNoWrites),
    (psycopg.OperationalError, StoreUnavailable),
    (psycopg.InterfaceError, StoreUnavailable),
    (psycopg.DataError, StoreBadValue),
    (psycopg.IntegrityError, StoreBadValue),
    (UnicodeEncodeError, StoreBadValue),  # a lone surrogate, which psycopg cannot send
    (psycopg.Error, StoreProtocolError),
)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn the driver's errors into StoreErrors.

    Messages of PostgreSQL quote statements and values, so no more than its five-letter code is kept of them.
    """
    try:
        yield
    except (psycopg.Error, TimeoutError, UnicodeEncodeError) as error:
        raise _translate(error) from None


def _translate(error: Exception) -> StoreError:
    translation = next(ours for theirs, ours in _TRANSLATIONS if isinstance(error, theirs))
    sqlstate = error.sqlstate if isinstance(error, psycopg.Error) else None
    return translation(f"{translation.__doc__} (PostgreSQL: {sqlstate})" if sqlstate else None)
