"""The connection pool of PostgreSQL, timeouts of statements, and the translation of errors to StoreErrors."""

import asyncio
import select
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import monotonic
from typing import Any, Self, TypeAlias

import psycopg
from psycopg import AsyncConnection, errors
from psycopg.abc import Params, QueryNoTemplate
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row, scalar_row
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from adapters.breaker import Breaker, BreakerState
from adapters.postgres.binary_arrays import accept_binary_arrays
from adapters.postgres.json_values import read_json
from adapters.postgres.prepared_statements import RepreparingCursor
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
from arcbeat.domain.metrics import UNOBSERVED, ConnectObserver, StoreObserver

IDLE_SECONDS = 5.0
"""A pooled connection that was idle for longer is tested with a round trip before it is used. Testing each time would
double the round trips of a busy service."""

CONNECT_SECONDS = 5
"""The timeout for connecting, and again for the first statement on a new connection."""

CANCEL_SHARE = 0.2
"""The share of a total timeout that is reserved for cancelling the statement on the server."""

PREPARE_AFTER = 5
"""Executions of a statement before psycopg prepares it on the server; planning is a large part of a page query."""
BACKEND_PID = "select pg_backend_pid()"


class Connection(AsyncConnection[DictRow]):
    """A connection with the time of its last use."""

    used_at = 0.0

    @classmethod
    async def connect(cls, conninfo: str = "", **kwargs: Any) -> Self:
        """Connect with a timeout that closes the socket, and measure how long it takes.

        With psycopg's own timeout, an abandoned connection stays open until it is garbage collected, and a server that
        hung keeps a session for it.
        """
        observer: ConnectObserver = kwargs.pop("connect_observer")
        started = monotonic()
        try:
            async with asyncio.timeout(kwargs.pop("connect_timeout")):
                connection = await super().connect(conninfo, **kwargs)
        except TimeoutError as error:
            raise errors.ConnectionTimeout("connection timeout expired") from error
        observer.connected("postgresql", monotonic() - started)
        return connection


Pool: TypeAlias = AsyncConnectionPool[Connection]


async def _configure(connection: Connection) -> None:
    """Set up reading JSON, encoded arrays and, unless a pooler is in between, prepared statements.

    PgBouncer in transaction mode may run each transaction on another server connection, where a statement that was
    prepared before is unknown.
    """
    set_json_loads(read_json, connection)
    accept_binary_arrays(connection)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            connection.prepare_threshold = None if await is_pooled(connection) else PREPARE_AFTER
    except BaseException:
        await connection.close()  # the pool does not manage it yet
        raise


async def is_pooled(connection: AsyncConnection[Any]) -> bool:
    """Return whether a pooler is between this process and the server.

    It is detected by its process id: PgBouncer invents one for its clients, so it differs from that of the server.
    """
    async with connection.cursor(row_factory=scalar_row) as cursor:
        pid = await (await cursor.execute(BACKEND_PID)).fetchone()
    return bool(pid != connection.info.backend_pid)


async def _check(connection: Connection) -> None:
    if monotonic() - connection.used_at > IDLE_SECONDS or _has_unread_data(connection):
        await AsyncConnectionPool.check_connection(connection)


def _has_unread_data(connection: Connection) -> bool:
    """Return whether data arrived on an idle connection: usually the server's message that it closes it."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


async def _note_use(connection: Connection) -> None:
    """Note the time of the last use, in a task of the pool.

    With a function that resets connections, the pool returns them in a task of its own. Without one, it does so in the
    caller's, which may have to wait while another caller gives up waiting. If it is cancelled then, the connection is
    lost, and the pool stays smaller for ever.
    """
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
    observer: ConnectObserver = UNOBSERVED,
) -> Pool:
    """Return a pool that is not open yet; open it with ``async with`` in the lifespan of its user.

    Rows are dictionaries. Each statement is a transaction of its own, except inside ``connection.transaction()``.

    Args:
        conninfo: a libpq connection string or URI.
        min_size: connections that stay open.
        max_size: the limit of connections.
        max_waiting: requests that may queue for a connection; a further one fails with StoreOverloaded.
        wait_seconds: how long a request waits for a connection. It is shorter than the total timeout of a statement,
            so that «no connection» and «no response» are different errors.
        connect_seconds: the timeout for connecting.
        reconnect_seconds: how long the pool retries a lost connection before the next request starts a new attempt.
            The pauses between retries double; with a long limit, the pool would still sleep when the server is back.
        max_lifetime_seconds: the age at which a connection is replaced.
        max_idle_seconds: the idle time after which connections beyond ``min_size`` are closed.
        observer: measures how long connecting takes.
    """
    return AsyncConnectionPool(
        conninfo,
        connection_class=Connection,
        kwargs={
            "autocommit": True,
            "row_factory": dict_row,
            "cursor_factory": RepreparingCursor,
            "prepare_threshold": None,
            "connect_timeout": connect_seconds,
            "connect_observer": observer,
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
    """Executes statements on pooled connections; each call returns or raises StoreError within the total timeout.

    The timeout is enforced by the client, because statement_timeout does not work behind PgBouncer: as a start-up
    option it is rejected, set in a session it stays in effect for the next client of the server connection, and set in
    a transaction it costs three round trips per statement and does not help when the server hangs. A cancel request,
    however, passes through PgBouncer.
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
        self._connections_in_use = 0
        self._connections_given = 0

    @property
    def breaker_state(self) -> BreakerState:
        return self._breaker.state

    @asynccontextmanager
    async def connection(self, timeout_seconds: float | None = None) -> AsyncIterator[Connection]:
        """Yield a connection; all statements on it together must end within ``timeout_seconds``.

        ``timeout_seconds`` defaults to the total timeout of the database.
        """
        total_seconds = timeout_seconds or self._timeout_seconds
        statement_seconds = total_seconds * (1 - CANCEL_SHARE)
        # Two timeouts. When the inner one expires, psycopg sends a cancel request and waits for the server to confirm
        # it, so that the connection can be reused. When a hung server does not confirm, the outer one expires, and the
        # connection is discarded.
        with self._observer.call("postgresql"), self._breaker.call(), translate_errors():
            async with asyncio.timeout(total_seconds) as total:
                try:
                    async with asyncio.timeout(statement_seconds):
                        connection = await self._take()
                        try:
                            async with connection:  # ends its transaction
                                yield connection
                        finally:
                            await self._return(connection)
                except TimeoutError:
                    if total.expired():
                        raise
                    # The server has confirmed that it cancelled the statement, so it is alive.
                    raise StatementTimeout from None

    async def _take(self) -> Connection:
        """Return a connection of the pool.

        Raises:
            StoreOverloaded: other calls of this process have used the connections for the whole wait.
            PoolTimeout: the pool has no connection although no other call uses one: the server accepts none.
        """
        given_before = self._connections_given
        try:
            connection = await self._pool.getconn()
        except TooManyRequests as error:
            raise StoreOverloaded from error
        except PoolTimeout as error:
            # As long as others have got connections, their results show whether the server is alive.
            if self._connections_in_use or self._connections_given != given_before:
                raise StoreOverloaded from error
            raise
        self._connections_given += 1
        self._connections_in_use += 1
        return connection

    async def _return(self, connection: Connection) -> None:
        """Return a connection to the pool."""
        self._connections_in_use -= 1
        if connection.info.transaction_status is not TransactionStatus.IDLE:
            await connection.close()  # ending its transaction was cancelled or failed
        await self._pool.putconn(connection)

    async def fetch_all(self, query: QueryNoTemplate, params: Params = ()) -> list[dict[str, Any]]:
        """Return all rows."""
        async with self.connection() as connection:
            return await (await connection.execute(query, params)).fetchall()

    async def fetch_one(self, query: QueryNoTemplate, params: Params = ()) -> dict[str, Any] | None:
        """Return the first row; None if there is none."""
        async with self.connection() as connection:
            return await (await connection.execute(query, params)).fetchone()

    async def execute(self, query: QueryNoTemplate, params: Params = ()) -> int:
        """Execute a statement and return how many rows it changed."""
        async with self.connection() as connection:
            return (await connection.execute(query, params)).rowcount


# The first match counts, so a class comes before its base classes.
_TRANSLATIONS: tuple[tuple[type[Exception], type[StoreError]], ...] = (
    (TimeoutError, StoreTimeout),
    (errors.QueryCanceled, StatementTimeout),
    (errors.LockNotAvailable, StatementTimeout),
    (errors.IdleInTransactionSessionTimeout, StatementTimeout),  # this process was frozen; a repetition helps
    # The server reports these about one statement and keeps the session, so they must not count as an outage.
    (errors.DeadlockDetected, StoreOverloaded),
    (errors.SerializationFailure, StoreOverloaded),
    (errors.OutOfMemory, StoreOverloaded),
    (errors.ConfigurationLimitExceeded, StoreOverloaded),
    (errors.UndefinedTable, StoreObjectMissing),
    (errors.UndefinedColumn, StoreObjectMissing),
    (errors.InvalidSchemaName, StoreObjectMissing),
    (errors.InvalidCatalogName, StoreObjectMissing),
    (errors.InsufficientPrivilege, StoreUnauthorised),
    (errors.InvalidPassword, StoreUnauthorised),
    (errors.InvalidAuthorizationSpecification, StoreUnauthorised),
    # After a failover the old primary is a read-only standby for a while; a later attempt may reach the new primary.
    (errors.ReadOnlySqlTransaction, StoreTakesNoWrites),
    (errors.DiskFull, StoreTakesNoWrites),
    (psycopg.OperationalError, StoreUnavailable),
    (psycopg.InterfaceError, StoreUnreachable),
    (psycopg.DataError, StoreBadValue),
    (psycopg.IntegrityError, StoreBadValue),
    (errors.InvalidColumnReference, StoreBadValue),  # no unique index for «on conflict», in a table of another program
    (UnicodeEncodeError, StoreBadValue),  # a lone surrogate, which psycopg cannot send
    (psycopg.Error, StoreProtocolError),
)


@contextmanager
def translate_errors() -> Iterator[None]:
    """Translate the driver's errors to StoreErrors.

    PostgreSQL's messages quote statements and values, so only the five-character SQLSTATE code is passed on.
    """
    try:
        yield
    except (psycopg.Error, TimeoutError, UnicodeEncodeError) as error:
        raise _translate(error) from None


def _translate(error: Exception) -> StoreError:
    translation = next(to for source, to in _TRANSLATIONS if isinstance(error, source))
    sqlstate = error.sqlstate if isinstance(error, psycopg.Error) else None
    if translation is StoreUnavailable and sqlstate is None:  # the server did not say this, so there is no server
        translation = StoreUnreachable
    return translation(f"{translation().detail} (PostgreSQL: {sqlstate})" if sqlstate else None)
