"""Requests that start a job: of Cloud Scheduler, Cloud Tasks, Workflows or any other client."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from arcbeat.domain.errors import Conflict, InvalidValue, LeaseLost, StoreError
from arcbeat.domain.jobs.runs import RunRequest, cloud_scheduler, schedule_key
from arcbeat.domain.schema.columns import ValueRejected, check_timestamp
from jobs.context import RegisteredJob
from jobs.functions.events import InvalidEvent, JobEvent
from jobs.functions.gcp.execution import carry_out_on_google_cloud

BODY_BYTES_MAX = 64 * 1024
RETRY_SECONDS = 10
"""When to send a request again that PostgreSQL did not let begin."""
ANONYMOUS = "google-cloud-function"
"""Who requests a run without the headers of Cloud Scheduler. The platform has checked the caller, and removes the
signature of its token, so the function cannot know it for certain."""
EXAMPLE = 'An example of a body: {"job": "check_latest", "parameters": {"devices_per_type": 50}}'
_VISIBLE = re.compile(r"[!-~]{1,200}\Z")
_PROBLEM = "application/problem+json"


async def answer_request(request: Request, registry: Mapping[str, RegisteredJob]) -> Response:
    """Carry out the job that a request names; answer with the run as JSON, whatever its state is.

    A request that is sent again answers with the run that it made before; a key of a different request is a conflict.

    Raises:
        SettingsError: A setting is missing or invalid.
    """
    if request.method != "POST":
        return _problem(HTTPStatus.METHOD_NOT_ALLOWED, "Send a POST request.", {"Allow": "POST"})
    try:
        run_request = _run_request(request.headers, await _body(request))
        return JSONResponse(await carry_out_on_google_cloud(run_request, registry))
    except (InvalidEvent, InvalidValue) as error:
        return _problem(HTTPStatus.BAD_REQUEST, str(error))
    except (StoreError, LeaseLost) as error:
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": str(RETRY_SECONDS)})
    except Conflict as error:
        return _problem(HTTPStatus.CONFLICT, str(error))


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise InvalidEvent(f"The body has more than {BODY_BYTES_MAX} bytes. {EXAMPLE}")
    return bytes(body)


def _run_request(headers: Mapping[str, str], body: bytes) -> RunRequest:
    """Return the request for a run.

    The media type of the body is ignored: without a header of its own, Cloud Scheduler names another one.

    Raises:
        InvalidEvent: The body does not name a job, or a header is invalid.
    """
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidEvent(f"The body is not JSON: {error}. {EXAMPLE}") from error
    if not isinstance(values, dict):
        raise InvalidEvent(f"The body is not a JSON object. {EXAMPLE}")
    event = JobEvent.parse(values, EXAMPLE)
    schedule = _checked("X-CloudScheduler-JobName", headers)
    moment, key = _moment(headers), _checked("Idempotency-Key", headers)
    source = ANONYMOUS if schedule is None else cloud_scheduler(schedule)
    if key is None and schedule is not None and moment is not None:
        key = schedule_key(source, moment)
    return event.keyed_request(source, key)


def _checked(header: str, headers: Mapping[str, str]) -> str | None:
    value = headers.get(header)
    if value is not None and not _VISIBLE.match(value):
        raise InvalidEvent(f"`{header}` must have 1 to 200 visible ASCII characters, for example arcbeat-check-latest.")
    return value


def _moment(headers: Mapping[str, str]) -> datetime | None:
    header = "X-CloudScheduler-ScheduleTime"
    text = headers.get(header)
    try:
        return check_timestamp(text.upper()) if text is not None else None
    except ValueRejected as error:
        raise InvalidEvent(f"`{header}`: {error}") from error


def _problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    readable = detail.encode(errors="backslashreplace").decode()  # it may quote half of a pair of surrogates
    body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status, "detail": readable}
    return JSONResponse(body, status_code=status, headers=headers, media_type=_PROBLEM)
