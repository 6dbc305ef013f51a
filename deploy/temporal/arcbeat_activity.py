"""An activity of Temporal that starts a job of arcbeat over HTTP and follows its run. It needs temporalio and httpx."""

import asyncio
import os
from dataclasses import dataclass, field
from typing import Any

import httpx
from temporalio import activity
from temporalio.exceptions import ApplicationError

POLL_SECONDS = 2.0
REQUEST_SECONDS_MAX = 20.0
NOT_ENDED = ("queued", "running")
LATER = (408, 425, 429, 500, 502, 503, 504)
"""Statuses after which Temporal retries the activity: the same request may succeed later."""


@dataclass
class JobRequest:
    """What is to be run; the input of the workflow, as JSON."""

    job: str
    parameters: dict[str, Any] = field(default_factory=dict)
    dry_run: bool = False


@activity.defn
async def run_job(request: JobRequest) -> Any:
    """Return the result of the run.

    The Idempotency-Key is the execution of the workflow and the activity, so a retry of the activity, also in another
    worker, follows the same run.

    Raises:
        ApplicationError: the run did not succeed, or the request was rejected; Temporal does not retry it, because the
            job has retries of its own.
    """
    info = activity.info()
    key = f"temporal/{info.workflow_run_id}/{info.activity_id}"
    body = {"parameters": request.parameters, "dry_run": request.dry_run}
    url, headers = os.environ["ARCBEAT_URL"], {"X-API-Key": os.environ["ARCBEAT_API_KEY"]}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=REQUEST_SECONDS_MAX, trust_env=False) as client:
        path = f"/api/v1/jobs/{request.job}/runs"
        run = _body_of(await client.post(path, json=body, headers={"Idempotency-Key": key}))
        activity.logger.info("Run %s of %s: %s/jobs/runs/%s", run["id"], request.job, url, run["id"])
        run = await _followed(client, run)
    if run["state"] != "succeeded":
        error = f"{run['error_category']}: {run['error_message']}" if run["error_message"] else "no error message"
        text = f"Run {run['id']} of {request.job} ended as {run['state']}: {error}"
        raise ApplicationError(text, {"run_id": run["id"]}, type=run["state"], non_retryable=True)
    return run["result"]


async def _followed(client: httpx.AsyncClient, run: dict[str, Any]) -> dict[str, Any]:
    """Return the run after its end. If the activity is cancelled, cancel the run."""
    try:
        while run["state"] in NOT_ENDED:
            activity.heartbeat({"run_id": run["id"], "state": run["state"], "attempts": run["attempts"]})
            await asyncio.sleep(POLL_SECONDS)
            run = _body_of(await client.get(f"/api/v1/jobs/runs/{run['id']}"))
    except asyncio.CancelledError:
        if not _goes_on_later():
            _body_of(await client.post(f"/api/v1/jobs/runs/{run['id']}/cancel"))
        raise
    return run


def _goes_on_later() -> bool:
    """Return whether a later try of the activity, in this worker or another one, will follow the run."""
    why = activity.cancellation_details()
    return why is not None and (why.worker_shutdown or why.paused or why.reset)


def _body_of(response: httpx.Response) -> dict[str, Any]:
    if response.is_client_error and response.status_code not in LATER:
        text = f"arcbeat responded with {response.status_code}: {response.text}"
        raise ApplicationError(text, type="rejected", non_retryable=True)
    response.raise_for_status()
    return dict(response.json())
