"""The runs, in sync_job_run: each row is the queue entry, the lock and the record of one run."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from psycopg import errors

from adapters.postgres.jobs import log_rows
from adapters.postgres.jobs.catalogue import lock_job, to_job
from adapters.postgres.jobs.endings import end_run, end_without_holder, notify
from adapters.postgres.jobs.fence import fenced
from adapters.postgres.jobs.requests import store_misfire, store_request
from adapters.postgres.jobs.rows import to_run
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.errors import InvalidValue, LeaseLost, StoreBadValue, UnknownRun
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.jobs import Job, MisfirePolicy
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.runs import ClaimedRun, Renewal, RowCounts, Run, RunOutcome, RunRequest, RunState, Trigger
from arcbeat.domain.jobs.schedule import check_schedule, last_moment, next_moment
from arcbeat.domain.time.clock import Clock

LEASE_SECONDS = 30.0
"""How long a run belongs to its holder after the last renewal. It must exceed the outages of PostgreSQL that a run is
to survive; a run whose process was killed is taken up again after this time."""
SWEEP_MAX = 100
"""Orphans that one call of sweep handles; the next call handles further ones."""

GET = "select * from sync_job_run where id = %s"
LOCK = "select * from sync_job_run where id = %s for update"
# The oldest first. Runs of an exclusive job wait for the one that is running; the unique index decides races.
CLAIM = """
with candidate as (
    select id, lease_until as lost_at from sync_job_run r
     where state = 'queued' and job_name = any(%(job_names)s)
       and (%(run_id)s::bigint is null or id = %(run_id)s)
       and not (exclusive and exists (
            select from sync_job_run other
             where other.job_id = r.job_id and other.state = 'running' and other.exclusive))
     order by created_at, id limit 1 for update skip locked)
update sync_job_run r
   set state = 'running', fence = fence + 1, lease_until = now() + %(lease)s, worker = %(worker)s,
       attempts = attempts + 1, started_at = coalesce(started_at, %(now)s)
  from candidate c where r.id = c.id
returning r.*, c.lost_at"""
RENEW = """
with renewed as (
    update sync_job_run
       set lease_until = now() + %(lease)s, rows_read = %(read)s, rows_written = %(written)s, rows_skipped = %(skipped)s
     where id = (select id from sync_job_run
                  where id = %(id)s and fence = %(fence)s and state = 'running' for update skip locked)
    returning cancel_requested)
select true as is_renewed, cancel_requested from renewed
union all
select false, cancel_requested from sync_job_run
 where id = %(id)s and fence = %(fence)s and state = 'running' and not exists (select from renewed)"""
RELEASE = "update sync_job_run set lease_until = now() where id = %s and fence = %s and state = 'running'"
REQUEST_CANCEL = "update sync_job_run set cancel_requested = true where id = %s returning *"
ORPHANS = """
select r.*, j.max_resumes from sync_job_run r join sync_job j on j.id = r.job_id
 where r.state = 'running' and r.lease_until < now()
 order by r.id limit %s for update of r skip locked"""
# lease_until stays: it shows when the run was lost.
REQUEUE = """
update sync_job_run set state = 'queued', resumes = resumes + 1, worker = null where id = %s returning *"""
GET_JOB = "select * from sync_job where id = %s"
DUE = """
select * from sync_job where enabled and schedule is not null and next_run_at <= %s
 order by next_run_at limit 1 for no key update skip locked"""
MOVE = "update sync_job set next_run_at = %(next)s where id = %(id)s and next_run_at = %(previous)s"

logger = structlog.get_logger(__name__)


class PostgresRunQueue:
    """Implements RunQueue on sync_job_run."""

    def __init__(self, database: Database, clock: Clock, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._clock = clock
        self._lease = timedelta(seconds=lease_seconds)

    @property
    def lease_seconds(self) -> float:
        return self._lease.total_seconds()

    async def request(self, request: RunRequest) -> Run:
        async with self._database.connection() as connection, connection.transaction():
            job = await lock_job(connection, request.job_name)
            return await store_request(connection, job, request, self._clock())

    async def request_and_claim(self, request: RunRequest, worker: str) -> tuple[Run, ClaimedRun | None]:
        async with self._database.connection() as connection, connection.transaction():
            job = await lock_job(connection, request.job_name)
            run = await store_request(connection, job, request, self._clock())
            claimed = await self._try_claim(connection, worker, [run.job_name], run.id)
            return claimed.run if claimed else run, claimed

    async def claim(self, worker: str, job_names: Sequence[str], *, run_id: int | None = None) -> ClaimedRun | None:
        async with self._database.connection() as connection:
            return await self._try_claim(connection, worker, job_names, run_id)

    async def _try_claim(
        self, connection: Connection, worker: str, job_names: Sequence[str], run_id: int | None
    ) -> ClaimedRun | None:
        values = {"worker": worker, "job_names": list(job_names), "run_id": run_id}
        try:
            async with connection.transaction():  # a savepoint in the transaction of a request
                return await self._claim(connection, values)
        except errors.UniqueViolation:  # another process has just claimed another run of this exclusive job
            return None

    async def _claim(self, connection: Connection, values: dict[str, Any]) -> ClaimedRun | None:
        now = self._clock()
        values = {**values, "lease": self._lease, "now": now}
        while (row := await (await connection.execute(CLAIM, values)).fetchone()) is not None:
            run = to_run(row)
            job = to_job(await (await connection.execute(GET_JOB, (run.job_id,))).fetchone() or {})
            problem = job.problem or run.problem
            if problem is None:
                return await _begin(connection, run, job, row["lost_at"] or now, now)
            await _end_damaged(connection, run, problem, now)
        return None

    async def renew(self, run: Run, rows: RowCounts) -> Renewal:
        values = {"id": run.id, "fence": run.fence, "lease": self._lease, **asdict(rows)}
        row = await self._database.fetch_one(RENEW, values)
        if row is None:
            raise LeaseLost
        return Renewal(row["is_renewed"], row["cancel_requested"])

    async def release(self, run: Run) -> None:
        if not await self._database.execute(RELEASE, (run.id, run.fence)):
            raise LeaseLost

    async def finish(self, run: Run, outcome: RunOutcome, logs: Sequence[SyncJobLog]) -> Run:
        try:
            async with fenced(self._database, run, self._lease) as connection:
                return await end_run(connection, run, outcome, logs, self._clock())
        except LeaseLost:
            # An earlier call may have stored it without learning so, because the connection was lost.
            stored = await self.get_run(run.id)
            if stored.fence == run.fence and stored.state is outcome.state:
                return stored
            raise

    async def cancel(self, run_id: int) -> Run:
        async with self._database.connection() as connection, connection.transaction():
            row = await (await connection.execute(LOCK, (run_id,))).fetchone()
            if row is None:
                raise UnknownRun
            run = to_run(row)
            if run.state.is_final:
                return run
            run = to_run(await (await connection.execute(REQUEST_CANCEL, (run_id,))).fetchone() or {})
            if run.state is RunState.QUEUED:
                message = "The run was cancelled while it waited in the queue."
                outcome = _outcome(run, RunState.CANCELLED, message)
                return await end_without_holder(connection, run, RunEvent.CANCELLED, outcome, self._clock())
            await notify(connection, run)
            return run

    async def get_run(self, run_id: int) -> Run:
        row = await self._database.fetch_one(GET, (run_id,))
        if row is None:
            raise UnknownRun
        return to_run(row)

    async def sweep(self) -> Sequence[Run]:
        async with self._database.connection() as connection, connection.transaction():
            rows = await (await connection.execute(ORPHANS, (SWEEP_MAX,))).fetchall()
            swept: list[Run] = []
            for row in rows:
                try:
                    async with connection.transaction():  # a savepoint
                        swept.append(await self._sweep(connection, to_run(row), row["max_resumes"]))
                except (errors.IntegrityError, errors.DataError, errors.ProgrammingError, StoreBadValue) as error:
                    # Its log rows are rejected. It does not hold up the other runs; the next sweep tries again.
                    reason = error.detail if isinstance(error, StoreBadValue) else f"PostgreSQL: {error.sqlstate}"
                    logger.error("orphan_not_swept", run_id=row["id"], error=reason)  # noqa: TRY400 -- without values
            return swept

    async def _sweep(self, connection: Connection, run: Run, resumes_max: int) -> Run:
        if run.cancel_requested:
            outcome = _outcome(run, RunState.CANCELLED, "The process of the run ended before it could cancel the run.")
            return await end_without_holder(connection, run, RunEvent.CANCELLED, outcome, self._clock())
        if run.resumes >= resumes_max:
            times = f"once and resumed {run.resumes} times" if run.resumes else "once"
            message = f"The run was begun {times}, and its process ended each time before the run did."
            outcome = _outcome(run, RunState.ABANDONED, message)
            return await end_without_holder(connection, run, RunEvent.ORPHAN_CLOSED, outcome, self._clock())
        run = to_run(await (await connection.execute(REQUEUE, (run.id,))).fetchone() or {})
        await notify(connection, run)
        return run

    async def start_due(self, now: datetime) -> Sequence[Run]:
        runs: list[Run] = []
        while (started := await self._start_next_due(now)) is not None:
            runs.extend(started)
        return runs

    async def _start_next_due(self, now: datetime) -> Sequence[Run] | None:
        """Start the job that has been due for the longest time; return its run, or None if no job is due."""
        async with self._database.connection() as connection, connection.transaction():
            row = await (await connection.execute(DUE, (now,))).fetchone()
            if row is None:
                return None
            job = to_job(row)
            try:
                check_schedule(job.schedule or "", job.time_zone)
            except InvalidValue:
                # Another program wrote it. Without a next moment it does not hold up the jobs behind it.
                logger.warning(
                    "job_schedule_invalid", job_name=job.name, schedule=job.schedule, time_zone=job.time_zone
                )
                await connection.execute(MOVE, {"id": job.id, "previous": job.next_run_at, "next": None})
                return ()
            previous, moment = job.next_run_at, _due_moment(job, now)
            following = next_moment(job.schedule or "", job.time_zone, now)
            await connection.execute(MOVE, {"id": job.id, "previous": previous, "next": following})
            request = RunRequest(
                job_name=job.name, trigger=Trigger.SCHEDULE, requested_by="scheduler", scheduled_for=moment
            )
            is_late = now - moment > timedelta(seconds=job.misfire_grace_seconds)
            if is_late and job.misfire is MisfirePolicy.SKIP:
                return [await store_misfire(connection, job, request, now)]
            return [await store_request(connection, job, request, now)]


async def _begin(connection: Connection, run: Run, job: Job, lost_at: datetime, now: datetime) -> ClaimedRun:
    """Log that a run begins, or is taken up again."""
    if run.root_log_id is None:
        message = f"Run {run.id} of {run.job_name} began on {run.worker}."
        root = await log_rows.add_root(connection, run, RunEvent.STARTED, now, message)
        run = replace(run, root_log_id=root)
    else:
        await log_rows.cut_wait(connection, run, lost_at)
        await log_rows.add_child(connection, run, _resumed(run, lost_at, now))
    await notify(connection, run)
    return ClaimedRun(run, job)


def _due_moment(job: Job, now: datetime) -> datetime:
    """Return the newest moment that has come: several moments that passed make one run."""
    earliest = job.next_run_at or now
    return max(earliest, last_moment(job.schedule or "", job.time_zone, now))


def _resumed(run: Run, lost_at: datetime, now: datetime) -> SyncJobLog:
    message = f"Run {run.id} was taken up again on {run.worker}, because its process had stopped renewing its lease."
    log = run.event_log(RunEvent.RESUMED, lost_at, message)
    return replace(log, attempt_number=run.attempts, planned_start_at=lost_at, ended_at=now)


def _outcome(run: Run, state: RunState, message: str) -> RunOutcome:
    return RunOutcome(state=state, attempts=run.attempts, rows=run.rows, error_message=message)


async def _end_damaged(connection: Connection, run: Run, problem: str, now: datetime) -> None:
    """End a run that was damaged, or whose job was, while it waited in the queue; its claim has counted an attempt."""
    run = replace(run, attempts=run.attempts - 1)
    outcome = replace(_outcome(run, RunState.FAILED, problem), error_category=ErrorCategory.DATA_ERROR)
    await end_without_holder(connection, run, RunEvent.FAILED, outcome, now)
