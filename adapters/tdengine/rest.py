"""Sends statements to TDengine's REST API (taosAdapter) and returns rows or raises a StoreError."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from adapters.breaker import Breaker, BreakerState
from adapters.tdengine.http_client import HttpClient
from adapters.tdengine.rows import Result, decode
from adapters.tdengine.statements import SERVER_VERSION
from arcbeat.concurrency import SingleFlight, deadline
from arcbeat.domain.errors import (
    StatementTimeout,
    StoreError,
    StoreOverloaded,
    StoreTimeout,
)
from arcbeat.domain.metrics import UNOBSERVED, ConnectObserver, StoreObserver

T = TypeVar("T")

DEFAULT_PORT = 6041
SCHEMES = {"tdengine": "http", "tdengines": "https"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestLimits:
    """Limits of time, concurrency and size.

    Attributes:
        connect_seconds: the timeout for connecting.
        statement_seconds: the timeout from sending a statement to the last byte of its response. taosAdapter takes
            10 s to report a dead server, and never reports a hung one.
        in_flight_max: statements in flight at the same time. More did not raise the throughput, about 250 page queries
            per second.
        slot_wait_seconds: how long a further statement waits for one of them to end.
        waiting_max: statements that may wait; a further one fails at once.
        alive_seconds: the timeout of the check whether the server is alive after a statement has timed out.
        response_bytes_max: the size limit of a response; 100 000 devices with 16 fields take 15 MB.
    """

    connect_seconds: float = 2.0
    statement_seconds: float = 8.0
    in_flight_max: int = 8
    slot_wait_seconds: float = 4.0
    waiting_max: int = 200
    alive_seconds: float = 1.0
    response_bytes_max: int = 256 * 2**20


class TdengineRest:
    """A pool of connections to one taosAdapter. Close it with ``aclose``."""

    def __init__(
        self,
        url: str,
        *,
        user: str,
        password: str,
        proxy: str | None = None,
        limits: RestLimits | None = None,
        breaker: Breaker | None = None,
        observer: StoreObserver = UNOBSERVED,
        connect_observer: ConnectObserver = UNOBSERVED,
    ) -> None:
        """``url`` has scheme, host and port, for example ``http://127.0.0.1:6041``."""
        self._limits = limits or RestLimits()
        self._breaker = breaker or Breaker()
        self._observer = observer
        self._slots = asyncio.Semaphore(self._limits.in_flight_max)
        self._waiting = 0
        self._alive: SingleFlight[str, None] = SingleFlight(lambda _: None)
        self._client = HttpClient(
            url,
            user=user,
            password=password,
            proxy=proxy,
            connect_seconds=self._limits.connect_seconds,
            connections_max=self._limits.in_flight_max + 1,  # one for the check whether the server is alive
            response_bytes_max=self._limits.response_bytes_max,
            observer=connect_observer,
        )

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        proxy: str | None = None,
        limits: RestLimits | None = None,
        observer: StoreObserver = UNOBSERVED,
        connect_observer: ConnectObserver = UNOBSERVED,
    ) -> "TdengineRest":
        """Create a client from ``tdengine://user:password@host:6041``; ``tdengines://`` uses TLS.

        Raises:
            ValueError: the URL does not have this form. The message does not repeat the URL, which contains a password.
        """
        parts = _split(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return cls(
            f"{SCHEMES[parts.scheme]}://{host}:{parts.port or DEFAULT_PORT}",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            proxy=proxy,
            limits=limits,
            observer=observer,
            connect_observer=connect_observer,
        )

    @property
    def breaker_state(self) -> BreakerState:
        return self._breaker.state

    async def execute(self, statement: str | bytes) -> Result:
        """Execute one statement, text or its UTF-8, and return its rows; see :meth:`execute_as` for the errors."""
        return await self.execute_as(statement, decode)

    async def execute_as(self, statement: str | bytes, decode: Callable[[bytes, int], T]) -> T:
        """Execute one statement and return its rows as ``decode`` makes them of a body and an HTTP status.

        Raises:
            StoreOverloaded: too many statements of this process are in flight.
            StatementTimeout: the statement took too long although TDengine responds to others.
            StoreError: TDengine did not respond, or responded with an error.
        """
        # Checked before queueing too: while the breaker is open, a statement fails at once instead of after its wait.
        self._breaker.check()
        async with self._slot():
            with self._observer.call("tdengine"), self._breaker.call():
                try:
                    async with deadline(self._limits.statement_seconds):
                        return decode(*await self._client.post(statement))
                except StoreTimeout as timeout:
                    if await self._is_alive():
                        raise StatementTimeout from timeout
                    raise

    async def aclose(self) -> None:
        await self._alive.aclose()
        await self._client.aclose()

    async def _is_alive(self) -> bool:
        """Return whether TDengine executes a trivial statement in time: a slow statement is not a dead server."""

        async def check() -> None:
            async with deadline(self._limits.alive_seconds):
                decode(*await self._client.post(SERVER_VERSION))

        try:
            await self._alive.run(SERVER_VERSION, check)
        except StoreError:
            return False
        return True

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if self._waiting >= self._limits.waiting_max:
            raise StoreOverloaded
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.slot_wait_seconds):
                await self._slots.acquire()
        except TimeoutError as error:
            raise StoreOverloaded from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._slots.release()


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_complete = bool(
            parts.scheme in SCHEMES and parts.hostname and parts.username and parts.password and parts.port != 0
        )
    except ValueError:  # a port that is no number
        is_complete = False
    if not is_complete or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("not of the form tdengine://user:password@host:6041")
    return parts
