"""Archives months of sync_job_log: a compressed file and a manifest per month, verified before the month is dropped."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from psycopg import sql

from adapters.postgres.jobs.archive.contents import Content
from adapters.postgres.jobs.archive.copying import hash_table, write_table
from adapters.postgres.jobs.archive.detach import (
    ARCHIVING,
    MARK,
    SET_LOCK_TIMEOUT,
    detach,
    month_state,
    table_of,
)
from adapters.postgres.jobs.archive.files import disk_errors, publish, published_archives, verified_archives
from adapters.postgres.jobs.archive.restoring import prepare_month, restore_month
from adapters.postgres.jobs.fence import pass_fence
from adapters.postgres.jobs.runs import LEASE_SECONDS
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.errors import Conflict
from arcbeat.domain.jobs.ports import ArchivedMonth, RestoredMonth
from arcbeat.domain.jobs.runs import Run

ARCHIVE_SECONDS = 600.0
"""The time limit of copying one month, of copying it again behind the lock, and of restoring one."""

OPEN_RUNS = """
select count(*) as open_runs from sync_job_run
 where state in ('queued', 'running') and run_started_at >= %(start)s::timestamp at time zone 'UTC'
   and run_started_at < (%(start)s::timestamp + interval '1 month') at time zone 'UTC'"""
LOCK_TABLE = sql.SQL("lock table {} in access exclusive mode")
DROP_TABLE = sql.SQL("drop table {}")


class PostgresLogArchive:
    """Implements LogArchive on sync_job_log and a folder.

    Args:
        folder: Must survive the process, and be backed up: it holds the only copy of what was dropped.
    """

    def __init__(self, database: Database, folder: Path, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._folder = folder
        self._lease = timedelta(seconds=lease_seconds)

    async def archive(self, run: Run, month: date) -> ArchivedMonth:
        copied = None
        async with self._database.connection() as connection:
            state = await month_state(connection, month)
        if state.is_partition:
            # The file comes first: as long as it cannot be written, the month stays where it is. Programs may go on
            # writing to the month, which is why the copy is compared once more before the drop.
            copied = await self._copy(month)
            await self._mark(run, month)
            await detach(self._database, month)
        elif state.comment != ARCHIVING:
            raise _not_ours(month)
        return await self._finish(run, month, copied)

    async def archives(self, month: date) -> Sequence[ArchivedMonth]:
        return await asyncio.to_thread(verified_archives, self._folder, month)

    async def restore(self, run: Run, month: date) -> RestoredMonth:
        archives = await self.archives(month)
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(SET_LOCK_TIMEOUT)
            await pass_fence(connection, run, self._lease)
            await prepare_month(connection, self._folder, month, archives)
        async with self._database.connection(ARCHIVE_SECONDS) as connection, connection.transaction():
            await connection.execute(SET_LOCK_TIMEOUT)
            restored = await restore_month(connection, self._folder, month, archives)
            await pass_fence(connection, run, self._lease)
        return restored

    async def _copy(self, month: date) -> Content:
        with disk_errors(self._folder):
            # An invalid manifest is found while the month is still where it was.
            await asyncio.to_thread(published_archives, self._folder, month)
            async with self._database.connection(ARCHIVE_SECONDS) as connection:
                return await write_table(connection, table_of(month), self._folder, month)

    async def _mark(self, run: Run, month: date) -> None:
        """Mark the table of a month, so that a later run finds it if this one is interrupted."""
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(SET_LOCK_TIMEOUT)
            await pass_fence(connection, run, self._lease)
            await _check_no_open_runs(connection, month)
            state = await month_state(connection, month)
            if state.is_partition and not state.is_pending:
                await connection.execute(MARK.format(table_of(month), ARCHIVING))
            elif state.comment != ARCHIVING:
                raise _not_ours(month)

    async def _finish(self, run: Run, month: date, copied: Content | None) -> ArchivedMonth:
        """Publish the file of a detached month, and drop the table.

        Args:
            copied: What the partial file holds; None if it was not written by this attempt.
        """
        table = table_of(month)
        async with self._database.connection(ARCHIVE_SECONDS) as connection, connection.transaction():
            await connection.execute(SET_LOCK_TIMEOUT)
            await connection.execute(LOCK_TABLE.format(table))
            if (await month_state(connection, month)).is_partition:
                raise Conflict(f"{month:%Y-%m} was attached again while it was archived; it was not dropped.")
            with disk_errors(self._folder):
                if copied is None or copied != await hash_table(connection, table):
                    copied = await write_table(connection, table, self._folder, month)
                archived = await asyncio.to_thread(publish, self._folder, month, copied)
            # Only now: the fence locks the run, and its heartbeat would wait for the whole copy.
            await pass_fence(connection, run, self._lease)
            await connection.execute(DROP_TABLE.format(table))
        return archived


async def _check_no_open_runs(connection: Connection, month: date) -> None:
    row = await (await connection.execute(OPEN_RUNS, {"start": month})).fetchone()
    if row is None or row["open_runs"]:
        raise Conflict(f"Runs of {month:%Y-%m} have not ended; the month was not dropped.")


def _not_ours(month: date) -> Conflict:
    return Conflict(f"The table of {month:%Y-%m} was detached by another program; it was not dropped.")
