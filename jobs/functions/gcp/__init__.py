"""Google Cloud, by its functions-framework: HTTP requests and CloudEvents start jobs, and ``serve_api`` serves the API.

``functions-framework --source main.py --target run_job`` serves a function, where ``main.py`` imports it from here.
"""

import os
from functools import cache
from typing import TYPE_CHECKING

from cloudevents.http import CloudEvent
from functions_framework import aio
from starlette.requests import Request
from starlette.responses import Response

from jobs.functions.gcp.cloud_events import handle_event
from jobs.functions.gcp.http_requests import answer_request
from jobs.registry import REGISTRY

if TYPE_CHECKING:
    from jobs.functions.asgi import ServedApi


@aio.http
async def run_job(request: Request) -> Response:
    """Carry out the job that a request names, for example of Cloud Scheduler; answer with the run as JSON.

    Raises:
        SettingsError: A setting is missing or invalid.
    """
    return await answer_request(request, REGISTRY)


@aio.cloud_event
async def run_job_of_event(event: CloudEvent) -> None:
    """Carry out the job that a message of Pub/Sub names, as Eventarc delivers it.

    Raises:
        LeaseLost: Another process has taken over the run.
        StoreError: PostgreSQL is unavailable, so the run did not begin, or its outcome is not stored. Eventarc delivers
            the event again.
        SettingsError: A setting is missing or invalid.
    """
    await handle_event(event, REGISTRY)


@cache
def _api() -> "ServedApi":
    from jobs.functions.asgi import ServedApi  # here, because the other functions do not need the API

    return ServedApi(os.environ)


@aio.http
async def serve_api(_request: Request) -> Response:
    """Answer a request to the HTTP API.

    Raises:
        SettingsError: A setting is missing or invalid.
    """
    return await _api().response()
