"""The worker and the scheduler as processes: they wait for PostgreSQL at the start, and run until they are stopped."""

import asyncio
import random

import structlog

from arcbeat.domain.errors import StoreError
from arcbeat.domain.jobs.ports import RunWatch
from jobs.execution.start import Starter
from jobs.execution.stopping import pause
from jobs.processes.scheduler import Scheduler
from jobs.processes.worker import RUNS_MAX, Worker

PREPARE_SECONDS_RANGE = (1.0, 5.0)
"""The pause between two attempts to reach PostgreSQL at the start."""

logger = structlog.get_logger(__name__)


async def run_worker(starter: Starter, stop: asyncio.Event, *, watch: RunWatch, runs_max: int = RUNS_MAX) -> None:
    """Execute runs of the registered jobs until ``stop`` is set.

    A notification wakes the worker when a run was requested; it looks for runs once a second besides.

    Runs that are still under way 14 seconds later are cancelled, by way of ``starter.stop``.
    """
    if await _prepared(starter, stop):
        names = sorted(starter.registry)
        queue, cancelling = starter.ports.queue, starter.stop
        worker = Worker(starter.worker, queue, starter.execute, watch.listening, names, cancelling, runs_max=runs_max)
        await worker.run(stop)


async def run_scheduler(starter: Starter, stop: asyncio.Event) -> None:
    """Start due runs until ``stop`` is set."""
    if await _prepared(starter, stop):
        ports = starter.ports
        await Scheduler(ports.queue, ports.partitions, ports.clock).run(stop)


async def _prepared(starter: Starter, stop: asyncio.Event) -> bool:
    """Register the jobs and store left-over logs as soon as PostgreSQL is available; return whether that was done."""
    while not stop.is_set():
        try:
            await starter.prepare()
        except StoreError as error:
            logger.warning("jobs_wait_for_database", detail=error.detail)
            await pause(stop, random.uniform(*PREPARE_SECONDS_RANGE))  # noqa: S311 -- no secret
        else:
            return True
    return False
