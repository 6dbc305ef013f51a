"""AWS Lambda: ``run_job`` carries out jobs for EventBridge, ``serve_api`` serves the HTTP API behind API Gateway.

Set one of them as the handler of a function, for example ``jobs.functions.aws.run_job``.
"""

import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from jobs.context import RegisteredJob
from jobs.functions.aws.events import ScheduledJob
from jobs.functions.execution import carry_out
from jobs.registry import REGISTRY

if TYPE_CHECKING:
    from jobs.functions.aws.api import ApiFunction


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
        Conflict: A run with this key was requested differently.
        TimeoutError: The function has too little time left for any run; nothing was stored.
        LeaseLost: Another process has taken over the run.
        StoreError: PostgreSQL is unavailable, so the run did not begin, or its outcome is not stored. Lambda delivers
            the event again.
        SettingsError: A setting is missing or invalid.
    """
    request = ScheduledJob.from_event(event).to_request()
    return carry_out(request, registry, context.get_remaining_time_in_millis() / 1000)


@cache
def _api() -> "ApiFunction":
    from jobs.functions.aws.api import ApiFunction  # here, because run_job needs neither Mangum nor the API

    return ApiFunction(os.environ)


def serve_api(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a request of API Gateway: of an HTTP API (payload 2.0 or 1.0) or a REST API.

    Raises:
        SettingsError: A setting is missing or invalid.
    """
    return _api()(event, context)
