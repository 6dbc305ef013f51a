"""Carries out a run inside a function, and cancels it before the platform kills the process."""

import asyncio
import os
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from arcbeat.app import open_jobs
from arcbeat.domain.jobs.runs import Run, RunRequest
from jobs.context import RegisteredJob
from jobs.execution.event_loop import run_to_end
from jobs.execution.start import Starter
from jobs.functions.events import InvalidEvent

DEADLINE_MARGIN_SECONDS = 15.0
"""A run is cancelled this long before the platform kills the process. It covers CLOSE_SECONDS and
FINISH_STOPPING_SECONDS of the runner."""
RUN = TypeAdapter(Run)


def carry_out(request: RunRequest, registry: Mapping[str, RegisteredJob], seconds_left: float) -> dict[str, Any]:
    """Do as ``carry_out_here`` in an event loop of its own, for platforms that call one function at a time."""
    return run_to_end(carry_out_here(request, registry, seconds_left, asyncio.Event()))


async def carry_out_here(
    request: RunRequest, registry: Mapping[str, RegisteredJob], seconds_left: float, stop: asyncio.Event
) -> dict[str, Any]:
    """Carry out a run; return it as JSON, whatever its state is.

    Args:
        seconds_left: The time until the platform kills the process.
        stop: Set when the process is to end; it is set when the time is over, too.

    Raises:
        InvalidEvent: No job has this name.
        InvalidValue: A parameter is unknown or has the wrong type.
        Conflict: A run with this key was requested differently.
        TimeoutError: The function has too little time left for any run; nothing was stored.
        LeaseLost: Another process has taken over the run.
        StoreError: PostgreSQL is unavailable, so the run did not begin, or its outcome is not stored.
        SettingsError: A setting is missing or invalid.
    """
    if request.job_name not in registry:
        names = ", ".join(sorted(registry))
        raise InvalidEvent(f"The event does not start a job: no job is named {request.job_name!r}; there are: {names}.")
    seconds = seconds_left - DEADLINE_MARGIN_SECONDS
    if seconds <= 0:
        raise TimeoutError(
            f"The function has less than {DEADLINE_MARGIN_SECONDS:g} s left, which a run needs to store its outcome. "
            "Set the timeout of the function to at least 60 s."
        )
    summary: dict[str, Any] = RUN.dump_python(await _run(request, registry, seconds, stop), mode="json")
    return summary


async def _run(request: RunRequest, registry: Mapping[str, RegisteredJob], seconds: float, stop: asyncio.Event) -> Run:
    deadline = asyncio.get_running_loop().call_later(seconds, stop.set)
    try:
        # Connections would not survive the pause between two events, so each event opens its own.
        async with open_jobs(os.environ) as runtime:
            starter = Starter(ports=runtime.ports, registry=registry, spool_folder=runtime.spool_folder, stop=stop)
            return await starter.start_run(request)
    finally:
        deadline.cancel()
