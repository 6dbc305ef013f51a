"""The PostgreSQL server of the demo: started before everything else, restarted when it was killed, stopped last."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NoReturn, Protocol

import structlog

from arcbeat.demo.errors import DemoFailed
from arcbeat.domain.errors import StoreError

CHECK_SECONDS = 1.0
RESTARTS_MAX = 5
"""Restarts in a row; a server that ends again and again has a reason that a restart does not fix."""
STABLE_SECONDS = 60.0
"""A server that has run for this time does not count as one that ends again and again."""
BACKOFF_FIRST_SECONDS = 0.5
"""The wait before the first restart; it doubles with each further one in a row."""

logger = structlog.get_logger(__name__)


class DatabaseServer(Protocol):
    """A PostgreSQL server of its own. The methods block."""

    def start(self) -> str:
        """Start the server, or find it running, and return the URL of its database."""
        ...

    def stop(self) -> None: ...

    def is_running(self) -> bool: ...


@asynccontextmanager
async def running(server: DatabaseServer) -> AsyncIterator[str]:
    """Run the server while the context is entered; yield the URL of its database."""
    try:
        yield await asyncio.to_thread(server.start)
    finally:
        await asyncio.to_thread(server.stop)


def jitter() -> float:
    """Return a random share of a wait, from a half to the whole."""
    return random.uniform(0.5, 1.0)  # noqa: S311 -- jitter, no secret


async def keep_running(
    server: DatabaseServer,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    monotonic: Callable[[], float] = time.monotonic,
    jitter: Callable[[], float] = jitter,
) -> NoReturn:
    """Start the server again whenever it has ended, until cancelled.

    Raises:
        DemoFailed: it has ended too often in a row.
    """
    restarts, started_at = 0, monotonic()
    while True:
        await sleep(CHECK_SECONDS)
        if await asyncio.to_thread(server.is_running):
            continue
        if monotonic() - started_at >= STABLE_SECONDS:
            restarts = 0
        if restarts >= RESTARTS_MAX:
            raise DemoFailed(f"PostgreSQL has ended {restarts + 1} times in a row; its log is postgres/server.log")
        await sleep(BACKOFF_FIRST_SECONDS * 2**restarts * jitter())
        restarts += 1
        await _restart(server, restarts)
        started_at = monotonic()


async def _restart(server: DatabaseServer, restarts: int) -> None:
    starting = asyncio.create_task(asyncio.to_thread(server.start))
    try:
        await asyncio.shield(starting)
    except StoreError as error:
        logger.warning("demo_postgres_not_restarted", restarts=restarts, detail=error.detail)
    except asyncio.CancelledError:
        # The thread cannot be cancelled, and the server must not start after it was stopped.
        await asyncio.wait([starting])
        raise
    else:
        logger.warning("demo_postgres_restarted", restarts=restarts)
