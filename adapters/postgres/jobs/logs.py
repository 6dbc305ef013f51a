"""The log of the runs, in sync_job_log."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg import sql

from adapters.postgres.jobs import log_rows
from adapters.postgres.jobs.endings import notify
from adapters.postgres.jobs.fence import fenced
from adapters.postgres.jobs.log_statements import begins_wait, try_append, try_complete
from adapters.postgres.jobs.rows import to_log
from adapters.postgres.jobs.runs import LEASE_SECONDS
from adapters.postgres.pool import Database
from arcbeat.domain.errors import UnknownJobLog
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.ports import LogFilter, LogPosition
from arcbeat.domain.jobs.runs import Run

COLUMNS = sql.SQL(
    "id, run_id, job_id, job_name, parent_log_id, run_started_at, log_type, execution_phase, "
    "sync_job_log_status(status, adopted_at) as status, message, "
    "error_category, error_message, attempt_number, planned_start_at, log_started_at, log_ended_at, retry_context, "
    "performance_metrics, retry_statistics, rows_read, rows_written, rows_skipped, window_start, window_end"
)
LIST = sql.SQL("select {} from sync_job_log where {} order by run_started_at desc, id desc limit %(limit)s")
# Not «or», for which PostgreSQL would read the whole index. A row may be in both lists.
LIST_TWO = sql.SQL(
    "select distinct on (run_started_at, id) * from (({}) union all ({})) as found"
    " order by run_started_at desc, id desc limit %(limit)s"
)
GET = sql.SQL(
    "select {} from sync_job_log"
    " where id = %(id)s and (%(run_started_at)s::timestamptz is null or run_started_at = %(run_started_at)s)"
).format(COLUMNS)
CONDITIONS: dict[str, LiteralString] = {
    "run_id": "run_id = %(run_id)s",
    "job_name": "job_name = %(job_name)s",
    "log_type": "log_type = %(log_type)s",
    "execution_phase": "execution_phase = %(execution_phase)s",
    "status": "sync_job_log_status(status, adopted_at) = %(status)s",
    "error_category": "error_category = %(error_category)s",
    "start": "run_started_at >= %(start)s",
    "end": "run_started_at < %(end)s",
    "text": "(message ilike %(text)s or error_message ilike %(text)s)",
}
"""The condition of each attribute of LogFilter that is not None."""
# As a text, which PostgreSQL reads as the type of the column that it is compared with: in an adopted table, the ids of
# jobs may be texts.
JOB_ID = """
select id::text as job_id from sync_job where name = %s and exists (select from sync_job_log where run_id is null)"""
# Rows of another program may have the id of a job and another name, or none. Without such rows, planning the second
# list would take longer than all else.
FOREIGN_JOB = "run_id is null and job_id = %(job_id)s"
ROOTS = "parent_log_id is null"
# The plain bound leaves out the later months, which the comparison of rows alone would not.
BEHIND = "run_started_at <= %(after_at)s and (run_started_at, id) < (%(after_at)s, %(after_id)s)"
# A row of another program may be in another month than its parent, so the children are found by their parent alone.
TREE = sql.SQL(
    """
with recursive root as (
    select id, run_started_at from sync_job_log where id = %(root)s),
tree as (
    select id, run_started_at from root
    union all
    select child.id, child.run_started_at from tree join sync_job_log child
        on child.parent_log_id = tree.id and child.run_started_at >= (select run_started_at from root))
select {columns} from sync_job_log join tree using (id, run_started_at) order by id limit %(limit)s"""
).format(columns=COLUMNS)


class PostgresJobLogs:
    """Implements JobLogs on sync_job_log."""

    def __init__(self, database: Database, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._lease = timedelta(seconds=lease_seconds)

    async def append(self, run: Run, logs: Sequence[SyncJobLog]) -> Sequence[int]:
        if len(logs) == 1 and (log_id := await try_append(self._database, run, logs[0], self._lease)) is not None:
            return [log_id]
        async with fenced(self._database, run, self._lease) as connection:
            ids = [await log_rows.add_child(connection, run, log) for log in logs]
            if any(map(begins_wait, logs)):
                await notify(connection, run)
            return ids

    async def complete(self, run: Run, log: SyncJobLog) -> None:
        if await try_complete(self._database, run, log, self._lease):
            return
        async with fenced(self._database, run, self._lease, log.attempt_number) as connection:
            await log_rows.complete(connection, run, log)
            await notify(connection, run)

    async def list_logs(self, where: LogFilter, after: LogPosition | None, limit: int) -> Sequence[SyncJobLog]:
        job_id = await self._job_id(where.job_name)
        query, values = list_query(where, after, job_id)
        rows = await self._database.fetch_all(query, {**values, "limit": limit})
        return [to_log(row) for row in rows]

    async def _job_id(self, job_name: str | None) -> str | None:
        """Return the id of a job if the log has rows of other programs."""
        row = await self._database.fetch_one(JOB_ID, (job_name,)) if job_name else None
        return row["job_id"] if row else None

    async def get_log(self, log_id: int, run_started_at: datetime | None) -> SyncJobLog:
        row = await self._database.fetch_one(GET, {"id": log_id, "run_started_at": run_started_at})
        if row is None:
            raise UnknownJobLog
        return to_log(row)

    async def logs_of_run(self, log: SyncJobLog) -> Sequence[SyncJobLog]:
        values = {"root": log.parent_log_id or log.id, "limit": log_rows.TREE_ROWS_MAX}
        return [to_log(row) for row in await self._database.fetch_all(TREE, values)]


def list_query(
    where: LogFilter, after: LogPosition | None, job_id: str | None
) -> tuple[sql.Composed, Mapping[str, Any]]:
    """Return the statement of a list and its values, without the limit.

    Args:
        job_id: The id of the job of the filter. The rows of other programs with this id are listed, too.
    """
    conditions = {name: text for name, text in CONDITIONS.items() if getattr(where, name) is not None}
    values = {name: getattr(where, name) for name in conditions}
    if where.text is not None:
        values["text"] = "%" + re.sub(r"([\\%_])", r"\\\1", where.text) + "%"
    if where.roots_only:
        conditions["roots_only"] = ROOTS
    if after is not None:
        conditions["after"] = BEHIND
        values |= {"after_at": after.run_started_at, "after_id": after.id}
    query = _list(conditions)
    if job_id is None:
        return query, values
    return LIST_TWO.format(query, _list({**conditions, "job_name": FOREIGN_JOB})), {**values, "job_id": job_id}


def _list(conditions: Mapping[str, LiteralString]) -> sql.Composed:
    return LIST.format(COLUMNS, sql.SQL(" and ").join(map(sql.SQL, [*conditions.values(), "true"])))
