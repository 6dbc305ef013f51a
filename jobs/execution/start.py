"""Starts a run in this process: what each entry point calls, be it a command, a worker or a function runtime."""

import asyncio
import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from arcbeat.domain.errors import StoreError
from arcbeat.domain.jobs.ports import MONTHS_AHEAD, JobPorts
from arcbeat.domain.jobs.runs import ClaimedRun, Run, RunRequest, RunState
from jobs.context import RegisteredJob
from jobs.execution.runner import RunRunner
from jobs.execution.spool import store_leftovers
from jobs.execution.stopping import pause
from jobs.reports import SILENT, Reporter

logger = structlog.get_logger(__name__)

QUEUE_POLL_SECONDS = 1.0
"""The time between two attempts to claim a run that waits for another one of its job."""


def worker_name() -> str:
    """Return a name for this process: host name, process id and a random part."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """Starts runs in this process.

    Attributes:
        registry: The jobs that this process can carry out, by name.
        worker: The name of this process.
        spool_folder: Where log rows wait while PostgreSQL is unavailable.
        stop: Set when the process is to stop.
    """

    ports: JobPorts
    registry: Mapping[str, RegisteredJob]
    spool_folder: Path
    worker: str = field(default_factory=worker_name)
    reporter: Reporter = SILENT
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def prepare(self) -> Sequence[Run]:
        """Register the jobs, create months of the log, store what dead processes left; sweep and return the orphans.

        Raises:
            StoreError: PostgreSQL is unavailable: no run may start without a lease.
        """
        await self.ports.jobs.register([job.definition for job in self.registry.values()])
        await self._create_months()
        await store_leftovers(self.spool_folder, self.ports.logs, self.ports.queue)
        return await self.ports.queue.sweep()

    async def _create_months(self) -> None:
        """Create the months ahead. The present months suffice for this run, so an error does not prevent it."""
        try:
            await self.ports.partitions.ensure(MONTHS_AHEAD)
        except StoreError as error:
            logger.warning("log_months_failed", detail=error.detail)

    async def start_run(self, request: RunRequest) -> Run:
        """Request a run and carry it out here; return it as it is stored at the end.

        What is left of the job comes first: orphans, and queued runs that an exclusive job would not let this one
        pass. A run that is skipped, refused, carried out by another process or has ended before, with the same
        idempotency key, is returned as it is.

        When the process is to stop, a new run that is still queued is cancelled. One with an idempotency key or a
        scheduled moment stays queued: other requests may have made it, and may wait for it.

        Raises:
            UnknownJob: No job has this name.
            Conflict: A run with this key was requested differently.
            LeaseLost: Another process has taken over.
            StoreError: PostgreSQL is unavailable.
        """
        for orphan in await self.prepare():
            if orphan.job_name == request.job_name and orphan.state is RunState.QUEUED:
                await self._execute_queued(request.job_name, orphan.id)
        if (await self.ports.jobs.get_job(request.job_name)).exclusive:
            await self._execute_queued(request.job_name)
        run = await self._execute_when_free(*await self._request(request))
        is_own = request.idempotency_key is None and request.scheduled_for is None
        return await self.ports.queue.cancel(run.id) if run.state is RunState.QUEUED and is_own else run

    async def execute(self, claimed: ClaimedRun) -> Run:
        """Carry out a run that this process has claimed."""
        return await self._runner().execute(claimed)

    async def _request(self, request: RunRequest) -> tuple[Run, ClaimedRun | None]:
        """Request a run, and claim it at once, before a worker that the request wakes; not when the process stops."""
        if self.stop.is_set():
            return await self.ports.queue.request(request), None
        return await self.ports.queue.request_and_claim(request, self.worker)

    async def _execute_when_free(self, run: Run, claimed: ClaimedRun | None) -> Run:
        """Carry a run out as soon as it is claimed; return it as it is when the process is to stop."""
        while claimed is None and run.state is RunState.QUEUED and not self.stop.is_set():
            claimed = await self.ports.queue.claim(self.worker, [run.job_name], run_id=run.id)
            if claimed is None:
                await pause(self.stop, QUEUE_POLL_SECONDS)
                run = await self.ports.queue.get_run(run.id)
        return await self.execute(claimed) if claimed else run

    async def _execute_queued(self, job_name: str, run_id: int | None = None) -> None:
        """Carry out the queued runs of a job that can be claimed now, or the one with this id."""
        while not self.stop.is_set():
            claimed = await self.ports.queue.claim(self.worker, [job_name], run_id=run_id)
            if claimed is None:
                return
            await self.execute(claimed)

    def _runner(self) -> RunRunner:
        return RunRunner(self.ports, self.registry, self.spool_folder, reporter=self.reporter, stop=self.stop)
