"""Reads archived months back into sync_job_log."""

import asyncio
import gzip
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from psycopg import sql

from adapters.postgres.jobs.archive.contents import CHUNK_BYTES, read_columns
from adapters.postgres.jobs.archive.detach import MARK, month_state, table_of
from adapters.postgres.pool import Connection
from arcbeat.domain.errors import ArchiveDamaged, Conflict
from arcbeat.domain.jobs.ports import ArchivedMonth, RestoredMonth

RESTORED = "restored from the archive at "
"""Begins the comment on the table of a restored month; the moment follows, as ISO 8601."""
NOW = "select to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') as now"

CREATE = "select sync_job_log_create_months(array[%s::date])"
# A parent may be in a month that is in the archive: the rows were checked when they were written.
SKIP_PARENT_CHECK = sql.SQL("alter table {} disable trigger sync_job_log_parent")
CHECK_PARENTS = sql.SQL("alter table {} enable trigger sync_job_log_parent")
COLUMNS = """
select attname as name, attgenerated <> '' as is_generated from pg_attribute
 where attrelid = 'sync_job_log'::regclass and attnum > 0 and not attisdropped"""
# Without constraints: a column that the file lacks gets its default in the log.
STAGE = sql.SQL("create temporary table restored_job_log on commit drop as select {} from sync_job_log with no data")
DROP_STAGE = "drop table restored_job_log"
COPY = sql.SQL("copy restored_job_log ({}) from stdin with (format csv, header)")
ADD = sql.SQL(
    "insert into {table} ({columns}) select {columns} from restored_job_log r"
    " where not exists (select from {table} there where there.id = r.id)"
)
# In another database than the one that made the archive, new rows must not get the same ids.
KEEP_IDS_UNIQUE = sql.SQL(
    "select setval(sequence::regclass, max_id)"
    " from (select max(id) as max_id, pg_get_serial_sequence('sync_job_log', 'id') as sequence from {}) as ids"
    " where max_id > coalesce(pg_sequence_last_value(sequence::regclass), 0)"
)


async def prepare_month(connection: Connection, folder: Path, month: date, archives: Sequence[ArchivedMonth]) -> None:
    """Create the month, without rows, if the log can hold the archives.

    It is a transaction of its own: creating months locks out other processes that create some.

    Raises:
        Conflict: The month is being archived, or the table of an operator has its name.
        ArchiveDamaged: The log lacks a column of a file.
    """
    for archived in archives:
        await _insertable(connection, archived, await asyncio.to_thread(read_columns, folder / archived.file))
    await _create(connection, month)
    await _mark(connection, month)


async def restore_month(
    connection: Connection, folder: Path, month: date, archives: Sequence[ArchivedMonth]
) -> RestoredMonth:
    """Add the rows of the archives that the log does not have, in the transaction of the caller.

    Args:
        archives: Verified ones, the newest first: of two rows with one id, its row counts.

    Raises:
        ArchiveDamaged: A file has changed since it was verified.
    """
    table = table_of(month)
    await connection.execute(SKIP_PARENT_CHECK.format(table))
    restored = sum([await _add(connection, folder, table, archived) for archived in archives])
    await connection.execute(CHECK_PARENTS.format(table))
    await connection.execute(KEEP_IDS_UNIQUE.format(table))
    await _mark(connection, month)
    rows = sum(archived.rows for archived in archives)
    return RestoredMonth(month=month, rows=rows, restored=restored, files=tuple(archived.file for archived in archives))


async def _mark(connection: Connection, month: date) -> None:
    now = await (await connection.execute(NOW)).fetchone() or {}
    await connection.execute(MARK.format(table_of(month), RESTORED + now["now"]))


async def _create(connection: Connection, month: date) -> None:
    state = await month_state(connection, month)
    if state.is_pending or (state.exists and not state.is_partition):
        raise Conflict(
            f"The table sync_job_log_{month:%Y_%m} exists and is not attached to sync_job_log. If maintain_logs is "
            "archiving it, let a further run finish that; otherwise rename the table, then restore the month."
        )
    if not state.exists:
        await connection.execute(CREATE, (month,))


async def _add(connection: Connection, folder: Path, table: sql.Identifier, archived: ArchivedMonth) -> int:
    path = folder / archived.file
    columns = await asyncio.to_thread(read_columns, path)
    insertable = await _insertable(connection, archived, columns)
    await connection.execute(STAGE.format(_names(columns)))
    if await _copy_in(connection, COPY.format(_names(columns)), path) != archived.rows:
        raise ArchiveDamaged(f"The archive file {archived.file} has changed since it was verified; nothing was stored.")
    added = (await connection.execute(ADD.format(table=table, columns=_names(insertable)))).rowcount
    await connection.execute(DROP_STAGE)
    return added


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


async def _insertable(connection: Connection, archived: ArchivedMonth, columns: Sequence[str]) -> Sequence[str]:
    known = {row["name"]: row["is_generated"] for row in await (await connection.execute(COLUMNS)).fetchall()}
    unknown = [name for name in columns if name not in known]
    if unknown:
        raise ArchiveDamaged(
            f"The archive file {archived.file} has columns that sync_job_log lacks: {', '.join(unknown)}. "
            "Add them to the table, or read the file into a table of your own."
        )
    return [name for name in columns if not known[name]]


async def _copy_in(connection: Connection, copy_statement: sql.Composed, path: Path) -> int:
    async with connection.cursor() as cursor:
        with gzip.open(path, "rb") as file:
            async with cursor.copy(copy_statement) as copy:
                while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                    await copy.write(chunk)
        return cursor.rowcount
