"""Ends runs: outcome, last log rows, root row and statistics in one transaction of the caller."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from psycopg.types.json import Jsonb

from adapters.postgres.jobs import log_rows
from adapters.postgres.jobs.rows import to_run
from adapters.postgres.pool import Connection
from arcbeat.domain.jobs.events import EVENTS, LogStatus, RunEvent
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.logs.history import stats_of
from arcbeat.domain.jobs.runs import Run, RunOutcome, RunState

CHANNEL = "sync_job_run"
"""The channel on which the id of each run is sent when the run is requested, begins, waits, is to be
cancelled, or ends."""

# The fence goes up, so that a holder that is still alive finds it closed.
END = """
update sync_job_run
   set state = %(state)s, fence = fence + %(fence_step)s, lease_until = null, attempts = %(attempts)s,
       finished_at = %(finished_at)s, error_category = %(error_category)s, error_message = %(error_message)s,
       rows_read = %(rows_read)s, rows_written = %(rows_written)s, rows_skipped = %(rows_skipped)s,
       window_start = %(window_start)s, window_end = %(window_end)s, result = %(result)s
 where id = %(id)s returning *"""
COUNT = """
insert into sync_job_statistics as s (job_name, day, state, runs, retries, duration_ms_total, duration_ms_max, errors)
values (%(job_name)s, (%(created_at)s at time zone 'UTC')::date, %(state)s, 1, %(retries)s, %(duration_ms)s,
        %(duration_ms)s, %(errors)s)
on conflict (day, job_name, state) do update
   set runs = s.runs + 1, retries = s.retries + excluded.retries,
       duration_ms_total = s.duration_ms_total + excluded.duration_ms_total,
       duration_ms_max = greatest(s.duration_ms_max, excluded.duration_ms_max),
       errors = case when %(error)s::text is null then s.errors else s.errors || jsonb_build_object(
           %(error)s::text, coalesce((s.errors ->> %(error)s::text)::bigint, 0) + 1) end"""
NOTIFY = f"select pg_notify('{CHANNEL}', %s)"

STATUS_OF_STATE: Mapping[RunState, LogStatus] = {
    RunState.SUCCEEDED: LogStatus.SUCCESS,
    RunState.FAILED: LogStatus.FAILED,
    RunState.TIMED_OUT: LogStatus.TIMEOUT,
    RunState.CANCELLED: LogStatus.CANCELLED,
    RunState.SKIPPED: LogStatus.SKIPPED,
    RunState.REFUSED: LogStatus.REFUSED,
    RunState.ABANDONED: LogStatus.ABANDONED,
}
"""The status of the root row of a run that has ended."""


async def end_run(
    connection: Connection, run: Run, outcome: RunOutcome, logs: Sequence[SyncJobLog], ended_at: datetime
) -> Run:
    """End a run that has a root row, behind its fence or with its row locked."""
    for log in logs:
        await log_rows.add_child(connection, run, log)
    if outcome.state is not RunState.SUCCEEDED:  # a run does not succeed during a wait
        await log_rows.cut_wait(connection, run, ended_at)
    await log_rows.end_root(connection, run, outcome, STATUS_OF_STATE[outcome.state], ended_at)
    return await _end(connection, run, outcome, ended_at, fence_step=0)


async def end_without_holder(
    connection: Connection, run: Run, event: RunEvent, outcome: RunOutcome, ended_at: datetime
) -> Run:
    """End a run that no process holds any more, or none has held yet; its row must be locked."""
    if run.root_log_id is None:
        root = await log_rows.add_root(connection, run, RunEvent.STARTED, ended_at, "The run never began.")
        run = replace(run, root_log_id=root)
    message = outcome.error_message or ""
    final = replace(
        run.event_log(event, ended_at, message),
        error_category=outcome.error_category,
        error_message=message,
        attempt_number=run.attempts or None,
        ended_at=ended_at,
    )
    await log_rows.add_child(connection, run, final)
    stats = stats_of(run.attempts, await log_rows.retries_of(connection, run))
    outcome = replace(outcome, retry_statistics=stats)
    await log_rows.cut_wait(connection, run, ended_at)
    await log_rows.end_root(connection, run, outcome, EVENTS[event].status, ended_at)
    return await _end(connection, run, outcome, ended_at, fence_step=1)


async def end_before_begin(connection: Connection, run: Run, event: RunEvent, message: str, ended_at: datetime) -> Run:
    """End a run that is not to begin: one row is its whole log."""
    root = await log_rows.add_root(connection, run, event, ended_at, message)
    return replace(await _count_and_notify(connection, run, ended_at), root_log_id=root)


async def notify(connection: Connection, run: Run) -> None:
    """Tell listeners that a run has changed, when the transaction is committed."""
    await connection.execute(NOTIFY, (str(run.id),))


async def _end(connection: Connection, run: Run, outcome: RunOutcome, ended_at: datetime, *, fence_step: int) -> Run:
    values = {
        "id": run.id,
        "fence_step": fence_step,
        "state": outcome.state.value,
        "attempts": outcome.attempts,
        "finished_at": ended_at,
        "error_category": outcome.error_category,
        "error_message": outcome.error_message,
        "rows_read": outcome.rows.read,
        "rows_written": outcome.rows.written,
        "rows_skipped": outcome.rows.skipped,
        "window_start": outcome.window_start,
        "window_end": outcome.window_end,
        "result": None if outcome.result is None else Jsonb(dict(outcome.result)),
    }
    row = await (await connection.execute(END, values)).fetchone()
    return await _count_and_notify(connection, to_run(row or {}), ended_at)


async def _count_and_notify(connection: Connection, run: Run, ended_at: datetime) -> Run:
    duration = ended_at - (run.started_at or ended_at)
    values = {
        "job_name": run.job_name,
        "created_at": run.created_at,
        "state": run.state.value,
        "retries": max(0, run.attempts - 1),
        "duration_ms": max(0.0, duration.total_seconds() * 1000),
        "error": run.error_category,
        "errors": Jsonb({run.error_category: 1} if run.error_category else {}),
    }
    await connection.execute(COUNT, values)
    await notify(connection, run)
    return run
