"""The runs for clients that follow them live: reads of the newest ones, woken by notifications of PostgreSQL."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection

from adapters.postgres.jobs.endings import CHANNEL
from adapters.postgres.jobs.rows import to_run
from adapters.postgres.pool import CONNECT_SECONDS, Database, is_pooled
from arcbeat.domain.jobs.ports import RunProgress

POLL_SECONDS = 1.0
"""The longest wait for a notification: behind a pooler none arrives, and none during a reconnection."""
RUNS_MAX = 500
"""The runs that are read at once: the newest ones, if more have not ended."""
LATE_COMMITS_MAX = 50
"""The last runs that are always read. A run with a smaller id may become visible after one with a larger id."""
RECONNECT_SECONDS_RANGE = (1.0, 30.0)
"""Delays between attempts to connect; each is about twice as long as the one before, with jitter."""

# A union, so that each part uses an index of its own: with «or», PostgreSQL would read the whole table. The last retry
# row of a running run shows whether it waits: the row has an end when the next attempt has begun.
NEWEST = """
with wanted as (
    select id from sync_job_run where state = 'queued'
    union select id from sync_job_run where state = 'running'
    union select unnest(%(known_ids)s::bigint[])
    union (select id from sync_job_run order by id desc limit %(late_commits)s)
    order by id desc limit %(limit)s)
select r.*, w.planned_start_at as waits_until
  from wanted join sync_job_run r using (id)
  left join lateral (
       select l.planned_start_at, l.log_ended_at
         from sync_job_log l
        where l.parent_log_id = r.root_log_id and l.run_started_at = r.run_started_at
          and l.log_type = 'retry_attempt'
        order by l.id desc limit 1) w on r.state = 'running' and w.log_ended_at is null
 order by r.id
"""
LISTEN = f"listen {CHANNEL}"
# A connection that only listens sends nothing, so a lost server is noticed by keepalives.
KEEPALIVE: dict[str, Any] = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}

logger = structlog.get_logger(__name__)


class PostgresRunWatch:
    """Implements RunWatch on sync_job_run and sync_job_log.

    Args:
        database_url: for the connection that listens, one per process, while there are clients.
    """

    def __init__(self, database: Database, database_url: str) -> None:
        self._database = database
        self._database_url = database_url

    async def newest(self, known_ids: Sequence[int]) -> Sequence[RunProgress]:
        values = {"known_ids": list(known_ids), "late_commits": LATE_COMMITS_MAX, "limit": RUNS_MAX}
        rows = await self._database.fetch_all(NEWEST, values)
        return [RunProgress(to_run(row), row["waits_until"]) for row in rows]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        listener = Listener(self._database_url)
        try:
            yield listener.wait
        finally:
            await listener.aclose()


class Listener:
    """A connection of its own that listens on the channel, opened again whenever it is lost.

    Behind a pooler, such as PgBouncer in transaction mode, there is no connection, and each wait lasts
    `POLL_SECONDS`: what listens there is a server connection that other clients use.
    """

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._connection: AsyncConnection | None = None
        self._is_pooled = False
        self._connect_at = 0.0
        self._delay_seconds = RECONNECT_SECONDS_RANGE[0]

    async def wait(self) -> None:
        """Return after a notification, or after `POLL_SECONDS`. Errors of the connection are logged, not raised."""
        try:
            connection = self._connection or await self._connect()
            if connection is not None:
                async for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass
                return
        except (psycopg.Error, OSError) as error:
            logger.warning("run_listener_lost", error=type(error).__name__)
            await self.aclose()
        await asyncio.sleep(POLL_SECONDS)

    async def aclose(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _connect(self) -> AsyncConnection | None:
        """Connect, unless it is useless or the last attempt was too short a time ago."""
        if self._is_pooled or time.monotonic() < self._connect_at:
            return None
        jitter = random.uniform(0.5, 1)  # noqa: S311 -- no secret
        self._connect_at = time.monotonic() + self._delay_seconds * jitter
        self._delay_seconds = min(2 * self._delay_seconds, RECONNECT_SECONDS_RANGE[1])
        async with asyncio.timeout(CONNECT_SECONDS):
            self._connection = await AsyncConnection.connect(
                self._database_url, autocommit=True, fallback_application_name="arcbeat", **KEEPALIVE
            )
            self._is_pooled = await is_pooled(self._connection)
            if self._is_pooled:
                logger.info("run_listener_polls", reason="a pooler passes no notifications on")
                await self.aclose()
                return None
            await self._connection.execute(LISTEN)
        self._delay_seconds = RECONNECT_SECONDS_RANGE[0]
        return self._connection
