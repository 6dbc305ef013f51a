"""Follows a run until it ends, and cancels it when the command is stopped or has waited for too long."""

import asyncio
import contextlib
from dataclasses import dataclass
from enum import Enum

from arcbeat_client.command_line.api import RunsApi
from arcbeat_client.command_line.errors import (
    EXIT_CANCELLED,
    EXIT_CODES,
    EXIT_TIMED_OUT,
    EXIT_UNAVAILABLE,
    CommandFailed,
)
from arcbeat_client.command_line.output import Output
from arcbeat_client.command_line.runs import Run, RunRequest

POLL_SECONDS_MIN = 0.2
"""The delay before the first look at a run; later ones are longer, up to ``poll_seconds``."""
POLL_GROWTH = 1.5
CANCEL_SECONDS = 20.0
"""How long the command goes on after a signal or its timeout, to cancel the run and to see its end. Kubernetes kills a
process after 30 seconds, and Airflow after 60."""


class Stopped(Enum):
    """Why the command no longer waits for the run; the value completes a sentence."""

    BY_SIGNAL = "because this command was stopped"
    BY_TIMEOUT = "because it exceeded --timeout"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How the command waits.

    Attributes:
        poll_seconds: the longest delay between two looks at the run.
        timeout_seconds: how long the run may take from its request, or None.
        cancels: whether a signal cancels the run; otherwise it is left.
    """

    poll_seconds: float
    timeout_seconds: float | None
    cancels: bool


class Follower:
    """Starts a run and follows it.

    Args:
        url: the address of the service, for the link to the console.
    """

    def __init__(self, api: RunsApi, output: Output, waiting: Waiting, url: str) -> None:
        self._api = api
        self._output = output
        self._waiting = waiting
        self._url = url
        self._run: Run | None = None
        self._printed_log_id = 0

    async def follow(self, request: RunRequest, stop: asyncio.Event) -> int:
        """Return the exit code, after the run has ended or the command was stopped.

        Raises:
            CommandFailed: the request was rejected, or the service was unavailable for too long.
        """
        following, stopping = asyncio.create_task(self._until_the_end(request)), asyncio.create_task(stop.wait())
        timeout = self._waiting.timeout_seconds
        done, _ = await asyncio.wait((following, stopping), timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if following in done:
            stopping.cancel()
            return EXIT_CODES.get(following.result().state, EXIT_UNAVAILABLE)
        for task in (following, stopping):
            task.cancel()
        await asyncio.wait((following, stopping))
        return await self._stopped(request, Stopped.BY_SIGNAL if stop.is_set() else Stopped.BY_TIMEOUT)

    async def _until_the_end(self, request: RunRequest) -> Run:
        run = await self._api.start(request)
        self._run = run
        self._output.requested(run, f"{self._url}/jobs/runs/{run.id}")
        return await self._followed(run)

    async def _followed(self, run: Run) -> Run:
        delay = POLL_SECONDS_MIN
        while True:
            if run.attempts or run.has_ended:
                await self._print_log(run)
            if run.has_ended:
                self._output.ended(run)
                return run
            await asyncio.sleep(min(delay, self._waiting.poll_seconds))
            delay *= POLL_GROWTH
            before, run = run, await self._api.get(run)
            self._run = run
            if (run.state, run.attempts) != (before.state, before.attempts) and not run.has_ended:
                self._output.changed(run)

    async def _print_log(self, run: Run) -> None:
        for row in await self._api.logs(run):
            if row.id > self._printed_log_id:
                self._printed_log_id = row.id
                self._output.logged(row)

    async def _stopped(self, request: RunRequest, reason: Stopped) -> int:
        """Cancel or leave the run, and return the exit code."""
        code = EXIT_CANCELLED if reason is Stopped.BY_SIGNAL else EXIT_TIMED_OUT
        if reason is Stopped.BY_SIGNAL and not self._waiting.cancels:
            if self._run is not None:
                self._output.left(self._run)
            return code
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CANCEL_SECONDS):
                run = await self._cancelled(request, reason)
                return 0 if run.state == "succeeded" else code
        raise CommandFailed("the run has not ended yet; look at it in the console", code)

    async def _cancelled(self, request: RunRequest, reason: Stopped) -> Run:
        # The command may have been stopped before the response to its request: the key then returns the same run.
        run = await self._api.cancel(self._run or await self._api.start(request))
        self._run = run
        self._output.cancelling(run, reason.value)
        return await self._followed(run)
