"""Detaches months from sync_job_log without blocking the programs that use it, and finishes what was interrupted.

«detach partition … concurrently» hides the month from new statements and then waits for the older transactions that
use the log; no statement queues behind that wait. If the wait is interrupted, the partition stays «detach pending»
until it is finalized.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic

import psycopg
import structlog
from psycopg import sql

from adapters.postgres.pool import Connection, Database
from arcbeat.domain.errors import Conflict, StatementTimeout

DETACH_SECONDS = 10.0
"""How long a detachment may take with its waits; the next run of the job finishes it."""
USERS_SECONDS = 3.0
"""How long it waits for older transactions before it begins. No program waits meanwhile, and nothing is hidden."""
POLL_SECONDS = 0.1
LOCK_SECONDS = 2
"""How long other statements of the archive wait for a lock. Programs that use the log may wait behind it."""

ARCHIVING = "arcbeat archives this month: the table is dropped as soon as its rows are in a verified file"
"""The comment on a table that the archive may drop. A table that an operator has detached does not have it."""
SET_LOCK_TIMEOUT = f"set local lock_timeout = '{LOCK_SECONDS}s'"
STATE = """
select c.oid is not null as exists, i.inhrelid is not null as is_partition,
       coalesce(i.inhdetachpending, false) as is_pending, obj_description(c.oid, 'pg_class') as comment
  from pg_class log left join pg_class c on c.relnamespace = log.relnamespace and c.relname = %s
  left join pg_inherits i on i.inhrelid = c.oid and i.inhparent = log.oid
 where log.oid = 'sync_job_log'::regclass"""
PENDING = """
select n.nspname as schema, c.relname as name
  from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
 where i.inhparent = 'sync_job_log'::regclass and i.inhdetachpending"""
USERS = """
select distinct virtualtransaction as user from pg_locks
 where locktype = 'relation' and granted and pid is distinct from pg_backend_pid()
   and database = (select oid from pg_database where datname = current_database())
   and relation in ('sync_job_log'::regclass, to_regclass(%s))"""
MARK = sql.SQL("comment on table {} is {}")
DETACH = sql.SQL("alter table sync_job_log detach partition {} concurrently")
FINALIZE = sql.SQL("alter table sync_job_log detach partition {} finalize")

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthState:
    """What the table of a month is at the moment.

    Attributes:
        is_partition: Also true while it is detach pending.
        is_pending: Its detachment was begun and not finished.
    """

    exists: bool
    is_partition: bool
    is_pending: bool
    comment: str | None


def table_of(month: date) -> sql.Identifier:
    """Return the name of the partition of a month."""
    return sql.Identifier(f"sync_job_log_{month:%Y_%m}")


async def month_state(connection: Connection, month: date) -> MonthState:
    """Return what the table of a month is at the moment."""
    row = await (await connection.execute(STATE, (f"sync_job_log_{month:%Y_%m}",))).fetchone()
    return MonthState(**row or {})


async def detach(database: Database, month: date) -> None:
    """Detach a month from the log; programs go on reading and writing the other months.

    Raises:
        StatementTimeout: Older transactions use the log. If one began only just before the detachment, that is pending,
            and the rows of the month are hidden.
        Conflict: Another month is detach pending, and PostgreSQL detaches one at a time.
    """
    await finish_detachments(database)
    async with database.connection(DETACH_SECONDS) as connection:
        if not (await month_state(connection, month)).is_partition:
            return
        await _wait_for_users(connection, month)
        await _detach(connection, month)
    await finish_detachments(database)


async def _wait_for_users(connection: Connection, month: date) -> None:
    """Wait until the transactions have ended that use the log now, so that the month is hidden only for a moment."""
    first = users = await _users(connection, month)
    started = monotonic()
    while users := first & users:
        if monotonic() - started > USERS_SECONDS:
            raise StatementTimeout(f"Other transactions have used the log or {month:%Y-%m} for {USERS_SECONDS:g} s.")
        await asyncio.sleep(POLL_SECONDS)
        users = await _users(connection, month)


async def _users(connection: Connection, month: date) -> set[str]:
    rows = await (await connection.execute(USERS, (f"sync_job_log_{month:%Y_%m}",))).fetchall()
    return {row["user"] for row in rows}


async def _detach(connection: Connection, month: date) -> None:
    try:
        await connection.execute(DETACH.format(table_of(month)))
    except (psycopg.errors.UndefinedTable, psycopg.errors.ObjectNotInPrerequisiteState) as error:
        # Another process has finished or begun it meanwhile, or detaches another month.
        state = await month_state(connection, month)
        if state.is_partition and not state.is_pending:
            raise Conflict("Another month of sync_job_log is being detached.") from error


async def finish_detachments(database: Database, *, dry_run: bool = False) -> Sequence[str]:
    """Finalize the detachments that were interrupted; return the names of the tables.

    Raises:
        StatementTimeout: An older transaction still uses a table.
    """
    async with database.connection() as connection:
        pending = await (await connection.execute(PENDING)).fetchall()
        for row in [] if dry_run else pending:
            await _finalize(connection, sql.Identifier(row["schema"], row["name"]))
            logger.info("log_month_detached", table=row["name"])
    return [row["name"] for row in pending]


async def _finalize(connection: Connection, table: sql.Identifier) -> None:
    try:
        async with connection.transaction():
            await connection.execute(SET_LOCK_TIMEOUT)
            await connection.execute(FINALIZE.format(table))
    except (psycopg.errors.UndefinedTable, psycopg.errors.ObjectNotInPrerequisiteState):
        # Another process has just finished it.
        return
