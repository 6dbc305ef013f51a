"""Carries out runs in the event loop of the functions-framework."""

import os
from collections.abc import Mapping
from typing import Any

from arcbeat.app import function_timeout_seconds
from arcbeat.domain.jobs.runs import RunRequest
from jobs.context import RegisteredJob
from jobs.functions.execution import carry_out_here
from jobs.functions.gcp.termination import TERMINATION


async def carry_out_on_google_cloud(request: RunRequest, registry: Mapping[str, RegisteredJob]) -> dict[str, Any]:
    """Carry out a run; return it as JSON, whatever its state is.

    It is cancelled before the time limit of the function, which the framework does not report, and when the process is
    to end.

    Raises:
        InvalidEvent: No job has this name.
        InvalidValue: A parameter is unknown or has the wrong type.
        Conflict: A run with this key was requested differently.
        LeaseLost: Another process has taken over the run.
        StoreError: PostgreSQL is unavailable, so the run did not begin, or its outcome is not stored.
        SettingsError: A setting is missing or invalid.
    """
    with TERMINATION.stop_event() as stop:
        return await carry_out_here(request, registry, function_timeout_seconds(os.environ), stop)
