"""Stores requests for runs: idempotency keys, scheduled moments and the overlap policy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from adapters.postgres.jobs.endings import end_before_begin, notify
from adapters.postgres.jobs.rows import to_run
from adapters.postgres.pool import Connection
from arcbeat.domain.errors import Conflict
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.jobs import Job, OverlapPolicy, Parameters, merge_parameters
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState

FIND = """
select * from sync_job_run
 where job_id = %(job_id)s and (idempotency_key = %(idempotency_key)s or scheduled_for = %(scheduled_for)s)
 order by id limit 1"""
FIND_UNDER_WAY = """
select id from sync_job_run where job_id = %s and state in ('queued', 'running') order by id limit 1"""
INSERT = """
insert into sync_job_run (
    job_id, job_name, state, trigger, requested_by, parameters, dry_run, exclusive, idempotency_key, scheduled_for,
    retry_of, max_attempts, created_at, run_started_at, finished_at, error_category, error_message)
values (
    %(job_id)s, %(job_name)s, %(state)s, %(trigger)s, %(requested_by)s, %(parameters)s, %(dry_run)s, %(exclusive)s,
    %(idempotency_key)s, %(scheduled_for)s, %(retry_of)s, %(max_attempts)s, %(now)s, %(now)s, %(finished_at)s,
    %(error_category)s, %(error_message)s)
returning *"""


@dataclass(frozen=True, slots=True)
class _Rejection:
    """Why a run is not to begin."""

    state: RunState
    event: RunEvent
    message: str
    error_category: ErrorCategory | None = None


async def store_request(connection: Connection, job: Job, request: RunRequest, now: datetime) -> Run:
    """Store a run, or return the one that this key or this scheduled moment has made; the job must be locked.

    Raises:
        InvalidValue: A parameter is unknown or has the wrong type.
        Conflict: A run with this key was requested differently.
    """
    existing = await _find_existing(connection, job, request)
    if existing is not None:
        return existing
    return await _store(connection, job, request, now, await _rejection(connection, job))


async def store_misfire(connection: Connection, job: Job, request: RunRequest, now: datetime) -> Run:
    """Store a run that is not to begin because its moment has passed; the job must be locked."""
    existing = await _find_existing(connection, job, request)
    if existing is not None:
        return existing
    message = f"The moment {request.scheduled_for} passed while no scheduler ran, and the misfire policy is skip."
    return await _store(connection, job, request, now, _Rejection(RunState.SKIPPED, RunEvent.MISFIRED, message))


async def _find_existing(connection: Connection, job: Job, request: RunRequest) -> Run | None:
    """Return the run with the same key or the same scheduled moment."""
    if request.idempotency_key is None and request.scheduled_for is None:
        return None
    values = {
        "job_id": job.id,
        "idempotency_key": request.idempotency_key,
        "scheduled_for": request.scheduled_for,
    }
    row = await (await connection.execute(FIND, values)).fetchone()
    existing = to_run(row) if row else None
    if existing is not None and not existing.matches(request):
        raise Conflict(f"Run {existing.id} has this Idempotency-Key and was requested differently; use a new key.")
    return existing


async def _rejection(connection: Connection, job: Job) -> _Rejection | None:
    if job.problem is not None:
        return _Rejection(RunState.REFUSED, RunEvent.REFUSED, job.problem, ErrorCategory.DATA_ERROR)
    if not job.exclusive or job.overlap is OverlapPolicy.QUEUE:
        return None
    row = await (await connection.execute(FIND_UNDER_WAY, (job.id,))).fetchone()
    if row is None:
        return None
    message = f"Run {row['id']} has not ended, and the overlap policy is {job.overlap}."
    if job.overlap is OverlapPolicy.REFUSE:
        return _Rejection(RunState.REFUSED, RunEvent.REFUSED, message)
    return _Rejection(RunState.SKIPPED, RunEvent.SKIPPED_BY_OVERLAP, message)


async def _store(
    connection: Connection, job: Job, request: RunRequest, now: datetime, rejection: _Rejection | None
) -> Run:
    values: dict[str, Any] = {
        "job_id": job.id,
        "job_name": job.name,
        "state": (rejection.state if rejection else RunState.QUEUED).value,
        "trigger": request.trigger.value,
        "requested_by": request.requested_by,
        "parameters": Jsonb(dict(_parameters(job, request))),
        "dry_run": request.dry_run,
        "exclusive": job.exclusive,
        "idempotency_key": request.idempotency_key,
        "scheduled_for": request.scheduled_for,
        "retry_of": request.retry_of,
        "max_attempts": job.retry.max_attempts,
        "now": now,
        "finished_at": now if rejection else None,
        "error_category": rejection.error_category if rejection else None,
        "error_message": rejection.message if rejection and rejection.error_category else None,
    }
    run = to_run(await (await connection.execute(INSERT, values)).fetchone() or {})
    if rejection is not None:
        return await end_before_begin(connection, run, rejection.event, rejection.message, now)
    await notify(connection, run)
    return run


def _parameters(job: Job, request: RunRequest) -> Parameters:
    # Which parameters a damaged job has is unknown.
    return request.parameters if job.problem else merge_parameters(job, request.parameters)
