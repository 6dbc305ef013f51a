"""Writes one row of the log in one statement, which is nearly always enough."""

from datetime import timedelta

from psycopg import sql

from adapters.postgres.jobs import log_rows
from adapters.postgres.jobs.endings import CHANNEL
from adapters.postgres.pool import Database
from arcbeat.domain.jobs.events import LogType
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.runs import Run

# A statement sees the database as it was when the statement began. If the run has changed since then, an earlier call
# whose connection was lost may have written the row at the same time, unseen by this one: then xmin differs, and
# nothing is stored. The fence and the write in separate statements of a transaction have no such gap.
FENCE = sql.SQL("""
    update sync_job_run run
       set lease_until = now() + %(lease)s, attempts = greatest(run.attempts, %(attempts)s)
      from sync_job_run seen
     where run.id = %(run_id)s and run.fence = %(fence)s and run.state = 'running'
       and seen.id = run.id and seen.xmin = run.xmin
    returning run.id""")
APPEND = sql.SQL("""
with fence as ({fence}),
log as (
    insert into sync_job_log ({columns}) select {values} from fence
     where exists (
            select from sync_job_log where id = %(parent_log_id)s and run_started_at = %(run_started_at)s)
       and not exists (
            select from sync_job_log
             where parent_log_id = %(parent_log_id)s and run_started_at = %(run_started_at)s
               and log_type = %(log_type)s and log_started_at = %(log_started_at)s)
    returning id)
select id, case when %(begins_wait)s then pg_notify({channel}, %(run_id)s::text) end from log""").format(
    fence=FENCE,
    columns=sql.SQL(", ").join(map(sql.Identifier, log_rows.COLUMNS)),
    values=sql.SQL(", ").join(map(sql.Placeholder, log_rows.COLUMNS)),
    channel=sql.Literal(CHANNEL),
)
COMPLETE = sql.SQL("""
with fence as ({fence}),
log as (
    update sync_job_log set log_ended_at = %(log_ended_at)s from fence
     where parent_log_id = %(parent_log_id)s and run_started_at = %(run_started_at)s and log_type = %(log_type)s
       and log_started_at = %(log_started_at)s)
select pg_notify({channel}, id::text) from fence""").format(fence=FENCE, channel=sql.Literal(CHANNEL))


def begins_wait(log: SyncJobLog) -> bool:
    """Return whether listeners are to be notified of the row."""
    return log.log_type is LogType.RETRY_ATTEMPT


async def try_append(database: Database, run: Run, log: SyncJobLog, lease: timedelta) -> int | None:
    """Store a row below the root of a run and renew the lease of the run; return the id of the row.

    Return None if nothing was stored: another process holds the run, the row is stored already, the root row was lost,
    or another transaction has changed the run at the same time. A transaction behind the fence finds out which.
    """
    values = {
        **log_rows.child_values(run, log),
        "fence": run.fence,
        "lease": lease,
        "attempts": 0,
        "begins_wait": begins_wait(log),
    }
    row = await database.fetch_one(APPEND, values)
    return int(row["id"]) if row else None


async def try_complete(database: Database, run: Run, log: SyncJobLog, lease: timedelta) -> bool:
    """Store the end of a row, renew the lease of the run, and count the attempt that begins.

    Return False if nothing was stored: another process holds the run, or another transaction has changed it at the same
    time.
    """
    values = {
        **log_rows.key(run, log),
        "log_ended_at": log.ended_at,
        "run_id": run.id,
        "fence": run.fence,
        "lease": lease,
        "attempts": log.attempt_number or 0,
    }
    return await database.fetch_one(COMPLETE, values) is not None
