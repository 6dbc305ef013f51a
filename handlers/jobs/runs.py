"""Operations on runs: start a job, list its runs, and read, cancel and repeat a run."""

from typing import Any

from arcbeat.domain.errors import Conflict
from arcbeat.domain.identity.identity import Caller
from arcbeat.domain.jobs.ports import JobCatalogue, RunFilter, RunHistory, RunQueue
from arcbeat.domain.jobs.rules import check_run_filter
from arcbeat.domain.jobs.runs import RunRequest, RunState, Trigger, cloud_scheduler, schedule_key
from handlers._http import HandlerResponse, location, member_errors, query_errors
from handlers._time import parse_moment
from handlers.jobs._bodies import listed_run_body, run_body
from handlers.jobs.cursors import decode_run_position, encode_run_position

RUNS_PATH = "/api/v1/jobs/runs"
SCHEDULE_TIME = "X-CloudScheduler-ScheduleTime"


async def start_run(
    runs: RunQueue,
    *,
    name: str,
    idempotency_key: str | None,
    x_cloudscheduler_jobname: str | None,
    x_cloudscheduler_scheduletime: str | None,
    body: dict[str, Any],
    caller: Caller,
) -> HandlerResponse:
    """Request a run, which a worker then executes."""
    request = RunRequest(
        job_name=name,
        trigger=Trigger.HTTP,
        requested_by=caller.required_identity.name,
        parameters=body.get("parameters", {}),
        idempotency_key=idempotency_key or _key_of_scheduler(x_cloudscheduler_jobname, x_cloudscheduler_scheduletime),
        dry_run=body.get("dry_run", False),
    )
    with member_errors("parameters"):
        return await _requested(runs, request)


async def list_runs(
    jobs: JobCatalogue,
    run_history: RunHistory,
    *,
    name: str,
    state: list[str],
    from_: str | None,
    to: str | None,
    include: list[str],
    page_size: int,
    cursor: str | None,
) -> dict[str, Any]:
    """Return a page of the runs of a job: the first one, or the one after a cursor."""
    job = await jobs.get_job(name)
    where = RunFilter(
        job_id=job.id,
        states=frozenset(map(RunState, state)),
        start=parse_moment("from", from_) if from_ else None,
        end=parse_moment("to", to) if to else None,
    )
    with query_errors(start="from", end="to"):
        check_run_filter(where)
    parameters = (job.id, sorted(where.states), from_, to)
    after = decode_run_position(cursor, parameters) if cursor else None
    found = await run_history.list_runs(where, after, page_size + 1)  # one more shows whether there is a next page
    runs = found[:page_size]
    next_cursor = encode_run_position(runs[-1], parameters) if len(found) > page_size else None
    logs = await run_history.attempt_logs(runs) if include else None
    items = [listed_run_body(run, None if logs is None else logs.get(run.id, ())) for run in runs]
    return {"items": items, "next_cursor": next_cursor}


async def get_run(runs: RunQueue, *, run_id: int) -> dict[str, Any]:
    """Return one run."""
    return run_body(await runs.get_run(run_id))


async def cancel_run(runs: RunQueue, *, run_id: int) -> tuple[dict[str, Any], int]:
    """Request the cancellation of a run."""
    return run_body(await runs.cancel(run_id)), 202


async def retry_run(runs: RunQueue, *, run_id: int, idempotency_key: str | None, caller: Caller) -> HandlerResponse:
    """Request a new run with the parameters of a run that has ended."""
    before = await runs.get_run(run_id)
    if not before.state.is_final:
        raise Conflict("The run has not ended; wait for its end, or cancel it first.")
    request = before.repeated(caller.required_identity.name, idempotency_key)
    return await _requested(runs, request)


def _key_of_scheduler(job_name: str | None, schedule_time: str | None) -> str | None:
    """Return the key from the headers of Cloud Scheduler, whose retries repeat them; None unless there are both."""
    moment = parse_moment(SCHEDULE_TIME, schedule_time, location="header") if schedule_time is not None else None
    return schedule_key(cloud_scheduler(job_name), moment) if job_name is not None and moment is not None else None


async def _requested(runs: RunQueue, request: RunRequest) -> HandlerResponse:
    run = await runs.request(request)
    if run.state is RunState.REFUSED:
        reason = run.error_message or "Another run of this job is under way."
        raise Conflict(f"{reason} The request is stored as the refused run {run.id}.")
    return run_body(run), 202, location(RUNS_PATH, run.id)
