"""Operations on runs: start a job, and read, cancel and repeat a run."""

from typing import Any

from arcbeat.domain.errors import Conflict
from arcbeat.domain.identity.identity import Caller
from arcbeat.domain.jobs.ports import RunQueue
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState, Trigger
from handlers._http import HandlerResponse, location, member_errors
from handlers.jobs._bodies import run_body

RUNS_PATH = "/api/v1/jobs/runs"


async def start_run(
    runs: RunQueue, *, name: str, idempotency_key: str | None, body: dict[str, Any], caller: Caller
) -> HandlerResponse:
    """Request a run, which a worker then executes."""
    request = RunRequest(
        job_name=name,
        trigger=Trigger.HTTP,
        requested_by=caller.required_identity.name,
        parameters=body.get("parameters", {}),
        idempotency_key=idempotency_key,
        dry_run=body.get("dry_run", False),
    )
    with member_errors("parameters"):
        return await _requested(runs, request)


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


async def _requested(runs: RunQueue, request: RunRequest) -> HandlerResponse:
    run = await runs.request(request)
    if not _matches(run, request):
        raise Conflict(f"Run {run.id} has this Idempotency-Key and was requested differently; use a new key.")
    if run.state is RunState.REFUSED:
        reason = run.error_message or "Another run of this job is under way."
        raise Conflict(f"{reason} The request is stored as the refused run {run.id}.")
    return run_body(run), 202, location(RUNS_PATH, run.id)


def _matches(run: Run, request: RunRequest) -> bool:
    """Return whether a run was requested so; the values of other parameters are those that the job had then."""
    parameters = {name: run.parameters.get(name) for name in request.parameters}
    return (parameters, run.dry_run, run.retry_of) == (request.parameters, request.dry_run, request.retry_of)
