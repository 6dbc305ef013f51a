"""AWS Lambda: ``run_job`` carries out jobs for EventBridge, ``serve_api`` serves the HTTP API behind API Gateway.

Set one of them as the handler of a function, for example ``jobs.functions.aws.run_job``.
"""

import asyncio
import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import TypeAdapter

from arcbeat.app import open_jobs
from arcbeat.domain.jobs.runs import Run, RunRequest
from jobs.context import RegisteredJob
from jobs.execution.event_loop import run_to_end
from jobs.execution.start import Starter
from jobs.functions.events import InvalidEvent, ScheduledJob
from jobs.registry import REGISTRY

if TYPE_CHECKING:
    from jobs.functions.api import ApiFunction

DEADLINE_MARGIN_SECONDS = 15.0
"""A run is cancelled this long before Lambda kills the process. It covers CLOSE_SECONDS and FINISH_STOPPING_SECONDS of
the runner."""
RUN = TypeAdapter(Run)


class LambdaContext(Protocol):
    """What Lambda passes to a handler besides the event, as far as it is used."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until Lambda kills the process, in milliseconds."""
        ...


def run_job(event: object, context: LambdaContext, registry: Mapping[str, RegisteredJob] = REGISTRY) -> dict[str, Any]:
    """Carry out the job that an event of EventBridge names; return the run as JSON, whatever its state is.

    An event that is delivered again returns the run that it made before.

    Raises:
        InvalidEvent: The event does not name a job, its schedule and its moment.
        InvalidValue: A parameter is unknown or has the wrong type.
        TimeoutError: The function has too little time left for any run; nothing was stored.
        LeaseLost: Another process has taken over the run.
        StoreError: PostgreSQL is unavailable, so the run did not begin, or its outcome is not stored. Lambda delivers
            the event again.
        SettingsError: A setting is missing or invalid.
    """
    scheduled = ScheduledJob.from_event(event)
    if scheduled.job not in registry:
        names = ", ".join(sorted(registry))
        raise InvalidEvent(f"The event does not start a job: no job is named {scheduled.job!r}; there are: {names}.")
    seconds = context.get_remaining_time_in_millis() / 1000 - DEADLINE_MARGIN_SECONDS
    if seconds <= 0:
        raise TimeoutError(
            f"The function has less than {DEADLINE_MARGIN_SECONDS:g} s left, which a run needs to store its outcome. "
            "Set the timeout of the function to at least 60 s."
        )
    # Connections would not survive the pause between two events, so each event opens its own.
    ended = run_to_end(_run(scheduled.to_request(), registry, seconds))
    summary: dict[str, Any] = RUN.dump_python(ended, mode="json")
    return summary


async def _run(request: RunRequest, registry: Mapping[str, RegisteredJob], seconds: float) -> Run:
    stop = asyncio.Event()
    deadline = asyncio.get_running_loop().call_later(seconds, stop.set)
    try:
        async with open_jobs(os.environ) as runtime:
            starter = Starter(ports=runtime.ports, registry=registry, spool_folder=runtime.spool_folder, stop=stop)
            return await starter.start_run(request)
    finally:
        deadline.cancel()


@cache
def _api() -> "ApiFunction":
    from jobs.functions.api import ApiFunction  # here, because run_job needs neither Mangum nor the API

    return ApiFunction(os.environ)


def serve_api(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a request of API Gateway: of an HTTP API (payload 2.0 or 1.0) or a REST API.

    Raises:
        SettingsError: A setting is missing or invalid.
    """
    return _api()(event, context)
