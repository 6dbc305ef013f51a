"""Writes rows of sync_job_log. Each function runs in a transaction of its caller, behind the fence of the run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql

from adapters.postgres.jobs.rows import METRICS, RETRY_STATS, from_log, to_jsonb, to_log
from adapters.postgres.pool import Connection
from arcbeat.domain.errors import StoreBadValue
from arcbeat.domain.jobs.events import LogStatus, RunEvent
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.runs import Run, RunOutcome

TREE_ROWS_MAX = 10_000
"""Rows of one run that are read at most; a run of arcbeat has a few dozen."""

COLUMNS = (
    "run_id", "job_id", "job_name", "parent_log_id", "run_started_at", "log_type", "execution_phase", "status",
    "message", "error_category", "error_message", "attempt_number", "planned_start_at", "log_started_at",
    "log_ended_at", "retry_context", "performance_metrics", "retry_statistics", "rows_read", "rows_written",
    "rows_skipped", "window_start", "window_end",
)  # fmt: skip
INSERT = sql.SQL("insert into sync_job_log ({}) values ({}) returning id").format(
    sql.SQL(", ").join(map(sql.Identifier, COLUMNS)), sql.SQL(", ").join(map(sql.Placeholder, COLUMNS))
)
INSERT_WITH_ID = sql.SQL("insert into sync_job_log (id, {}) values (%(id)s, {}) returning id").format(
    sql.SQL(", ").join(map(sql.Identifier, COLUMNS)), sql.SQL(", ").join(map(sql.Placeholder, COLUMNS))
)
# An operator may drop the month of a run that has not ended, and with it the root row.
CREATE_MONTH = "select sync_job_log_create_months(array[(%s at time zone 'UTC')::date])"
MONTH_DETACHED = (
    "The table sync_job_log_{month:%Y_%m} exists and is not attached to sync_job_log, so the log of the run cannot be "
    "stored. Attach the table, or rename it and let arcbeat create the month."
)
ROOT_LOST = "The first rows of run {id} of {name} were lost, because their month was dropped."
# A row is known by its run, its type and its beginning, to the microsecond: its writer may not have learned its id, or
# not even whether it was stored, because the connection was lost.
FIND = """
select (select id from sync_job_log
         where parent_log_id = %(parent_log_id)s and run_started_at = %(run_started_at)s and log_type = %(log_type)s
           and log_started_at = %(log_started_at)s limit 1) as id,
       exists (select from sync_job_log
                where id = %(parent_log_id)s and run_started_at = %(run_started_at)s) as has_root"""
COMPLETE = """
update sync_job_log set log_ended_at = %(log_ended_at)s
 where parent_log_id = %(parent_log_id)s and run_started_at = %(run_started_at)s and log_type = %(log_type)s
   and log_started_at = %(log_started_at)s"""
CUT_WAIT = """
update sync_job_log set log_ended_at = %(at)s, status = %(status)s
 where parent_log_id = %(root_log_id)s and run_started_at = %(run_started_at)s and run_id = %(run_id)s
   and log_type = 'retry_attempt' and log_ended_at is null"""
# Another program may have added rows of its own below the root; they have no run_id.
RETRIES = """
select * from sync_job_log
 where parent_log_id = %(root_log_id)s and run_started_at = %(run_started_at)s and run_id = %(run_id)s
   and log_type in ('retry_attempt', 'strategy_change')
 order by id limit %(limit)s"""
SET_ROOT = "update sync_job_run set root_log_id = %s where id = %s"
END_ROOT = """
update sync_job_log
   set status = %(status)s, log_ended_at = %(ended_at)s, error_category = %(error_category)s,
       error_message = %(error_message)s, retry_statistics = %(retry_statistics)s,
       performance_metrics = %(performance_metrics)s, rows_read = %(rows_read)s, rows_written = %(rows_written)s,
       rows_skipped = %(rows_skipped)s, window_start = %(window_start)s, window_end = %(window_end)s
 where id = %(id)s and run_started_at = %(run_started_at)s"""


async def add_root(connection: Connection, run: Run, event: RunEvent, at: datetime, message: str) -> int:
    """Store the root row of a run and return its id."""
    log = run.event_log(event, at, message)
    if log.status is not LogStatus.RUNNING:
        log = replace(log, ended_at=at)
    root_id = await _insert_root(connection, run, INSERT, log)
    await connection.execute(SET_ROOT, (root_id, run.id))
    return root_id


async def add_child(connection: Connection, run: Run, log: SyncJobLog) -> int:
    """Store a row below the root of a run, unless it is stored already; return its id."""
    found = await (await connection.execute(FIND, key(run, log))).fetchone() or {}
    if found["id"] is not None:
        return int(found["id"])
    if not found["has_root"]:
        await _replace_root(connection, run)
    return await _insert(connection, run, INSERT, run.root_log_id, log)


async def _replace_root(connection: Connection, run: Run) -> None:
    """Store a root row with the id of the one that was dropped with its month."""
    message = ROOT_LOST.format(id=run.id, name=run.job_name)
    log = run.event_log(RunEvent.STARTED, run.started_at or run.run_started_at, message)
    await _insert_root(connection, run, INSERT_WITH_ID, log)


async def _insert_root(connection: Connection, run: Run, statement: sql.Composed, log: SyncJobLog) -> int:
    try:
        async with connection.transaction():  # a savepoint
            return await _insert(connection, run, statement, None, log)
    except psycopg.errors.CheckViolation:  # the month does not exist
        await _create_month(connection, run)
        return await _insert(connection, run, statement, None, log)


async def _create_month(connection: Connection, run: Run) -> None:
    try:
        await connection.execute(CREATE_MONTH, (run.run_started_at,))
    except psycopg.errors.DuplicateTable:
        raise StoreBadValue(MONTH_DETACHED.format(month=run.run_started_at.astimezone(UTC))) from None


async def retries_of(connection: Connection, run: Run) -> Sequence[SyncJobLog]:
    """Return the rows of waits and of changes of the strategy of a run."""
    values = {
        "root_log_id": run.root_log_id,
        "run_started_at": run.run_started_at,
        "run_id": run.id,
        "limit": TREE_ROWS_MAX,
    }
    return [to_log(row) for row in await (await connection.execute(RETRIES, values)).fetchall()]


async def complete(connection: Connection, run: Run, log: SyncJobLog) -> None:
    """Store the end of a row."""
    await connection.execute(COMPLETE, {**key(run, log), "log_ended_at": log.ended_at})


async def cut_wait(connection: Connection, run: Run, at: datetime) -> None:
    """Store the end of a wait that no attempt follows, because the run ends or its process has died."""
    values = {
        "root_log_id": run.root_log_id,
        "run_started_at": run.run_started_at,
        "run_id": run.id,
        "at": at,
        "status": LogStatus.CANCELLED.value,
    }
    await connection.execute(CUT_WAIT, values)


async def end_root(
    connection: Connection, run: Run, outcome: RunOutcome, status: LogStatus, ended_at: datetime
) -> None:
    """Store in the root row how the run ended."""
    values = {
        "id": run.root_log_id,
        "run_started_at": run.run_started_at,
        "status": status.value,
        "ended_at": ended_at,
        "error_category": outcome.error_category,
        "error_message": outcome.error_message,
        "retry_statistics": to_jsonb(RETRY_STATS, outcome.retry_statistics),
        "performance_metrics": to_jsonb(METRICS, outcome.performance_metrics),
        "rows_read": outcome.rows.read,
        "rows_written": outcome.rows.written,
        "rows_skipped": outcome.rows.skipped,
        "window_start": outcome.window_start,
        "window_end": outcome.window_end,
    }
    await connection.execute(END_ROOT, values)


def child_values(run: Run, log: SyncJobLog) -> Mapping[str, Any]:
    """Return the columns of a row below the root of a run."""
    return {
        **from_log(log),
        "run_id": run.id,
        "job_id": run.job_id,
        "job_name": run.job_name,
        "parent_log_id": run.root_log_id,
        "run_started_at": run.run_started_at,
    }


async def _insert(
    connection: Connection, run: Run, statement: sql.Composed, parent_id: int | None, log: SyncJobLog
) -> int:
    values = {**child_values(run, log), "id": run.root_log_id, "parent_log_id": parent_id}
    row = await (await connection.execute(statement, values)).fetchone()
    return int((row or {})["id"])


def key(run: Run, log: SyncJobLog) -> Mapping[str, Any]:
    """Return the columns by which a row is known."""
    return {
        "parent_log_id": run.root_log_id,
        "run_started_at": run.run_started_at,
        "log_type": log.log_type.value,
        "log_started_at": log.started_at,
    }
