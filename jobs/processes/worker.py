"""Claims queued runs and executes them, several at a time. Any number of workers may run."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

import structlog

from arcbeat.domain.errors import ArcbeatError, StoreError
from arcbeat.domain.jobs.ports import RunQueue
from arcbeat.domain.jobs.runs import ClaimedRun, Run

RUNS_MAX = 4
"""Runs that one worker process executes at a time; further ones stay queued for other workers."""
SWEEP_SECONDS = 5.0
"""Between two searches for runs whose process has died."""
STOP_SECONDS = 14.0
"""How long a worker that is stopped waits for its runs before it cancels them."""
CANCEL_SECONDS = 14.0
"""How long it then waits until they have stored that they were cancelled."""
LEAVE_SECONDS = 0.5
"""How long it then waits for runs that have not stored it, before it leaves them. All together are shorter than the 30
seconds after which Kubernetes sends SIGKILL."""

logger = structlog.get_logger(__name__)

Execute = Callable[[ClaimedRun], Awaitable[Run]]
Wait = Callable[[], Awaitable[None]]
Listening = Callable[[], AbstractAsyncContextManager[Wait]]
"""Yields a function that returns when a run may have changed: after a notification, or after a second."""


class Worker:
    """Executes the runs of some jobs.

    Args:
        name: Identifies the process in the rows of its runs.
        execute: Executes a claimed run and stores its outcome.
        cancelling: Set by the worker when its runs are to be cancelled; ``execute`` waits for it.
    """

    def __init__(
        self,
        name: str,
        queue: RunQueue,
        execute: Execute,
        listening: Listening,
        job_names: Sequence[str],
        cancelling: asyncio.Event,
        *,
        runs_max: int = RUNS_MAX,
        stop_seconds: float = STOP_SECONDS,
        cancel_seconds: float = CANCEL_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._queue = queue
        self._execute = execute
        self._listening = listening
        self._job_names = job_names
        self._cancelling = cancelling
        self._runs_max = runs_max
        self._stop_seconds = stop_seconds
        self._cancel_seconds = cancel_seconds
        self._monotonic = monotonic
        self._sweep_at = float("-inf")
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Execute runs until ``stop`` is set; then claim no more, and finish those in hand."""
        logger.info("worker_started", worker=self._name, jobs=list(self._job_names))
        stopping = asyncio.create_task(stop.wait())
        try:
            async with self._listening() as wait:
                await self._claim_until(stopping, wait)
        finally:
            stopping.cancel()
            await self._finish()
        logger.info("worker_stopped", worker=self._name)

    async def _claim_until(self, stopping: asyncio.Task[bool], wait: Wait) -> None:
        waiting = asyncio.ensure_future(wait())
        try:
            while not stopping.done():
                await self._sweep()
                await self._claim_all(stopping)
                # A run that ends frees a slot, and may be one that a run of an exclusive job waits for.
                await asyncio.wait({waiting, stopping, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    waiting.result()
                    waiting = asyncio.ensure_future(wait())
        finally:
            waiting.cancel()
            await asyncio.wait([waiting])

    async def _claim_all(self, stopping: asyncio.Task[bool]) -> None:
        while len(self._tasks) < self._runs_max and not stopping.done():
            claimed = await self._claim()
            if claimed is None:
                return
            task = asyncio.create_task(self._execute_claimed(claimed), name=f"run {claimed.run.id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _claim(self) -> ClaimedRun | None:
        try:
            return await self._queue.claim(self._name, self._job_names)
        except StoreError as error:
            logger.warning("claim_failed", detail=error.detail)
            return None

    async def _sweep(self) -> None:
        """Queue the runs again whose process has died, every few seconds."""
        if self._monotonic() < self._sweep_at:
            return
        self._sweep_at = self._monotonic() + SWEEP_SECONDS * random.uniform(0.5, 1)  # noqa: S311 -- jitter, no secret
        try:
            for run in await self._queue.sweep():
                logger.warning("orphan_swept", run_id=run.id, job_name=run.job_name, state=run.state.value)
        except StoreError as error:
            logger.warning("sweep_failed", detail=error.detail)

    async def _execute_claimed(self, claimed: ClaimedRun) -> None:
        """Execute a run, and log any error, even a bug: the other runs go on, and a sweep takes this one up again."""
        run = claimed.run
        try:
            await self._execute(claimed)
        except ArcbeatError as error:
            logger.warning("run_lost", run_id=run.id, job_name=run.job_name, detail=error.detail)
        except Exception:
            logger.exception("run_lost", run_id=run.id, job_name=run.job_name)

    async def _finish(self) -> None:
        """Wait for the runs in hand; cancel those that take too long, and leave those that ignore it.

        The lease of a run that is left ends, and another worker takes the run up.
        """
        if not self._tasks:
            return
        logger.info("worker_stopping", worker=self._name, runs=len(self._tasks))
        _, left = await asyncio.wait(set(self._tasks), timeout=self._stop_seconds)
        self._cancelling.set()
        if left:
            _, left = await asyncio.wait(left, timeout=self._cancel_seconds)
        for task in left:
            task.cancel()
        if left:
            _, left = await asyncio.wait(left, timeout=LEAVE_SECONDS)
        for task in left:
            logger.error("run_left", worker=self._name, task=task.get_name(), seconds=LEAVE_SECONDS)
