"""The worker and the scheduler as processes: they wait for PostgreSQL at the start, and run until they are stopped."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import structlog

from arcbeat.domain.errors import StoreError
from jobs.scheduler import Scheduler
from jobs.start import Starter
from jobs.worker import RUNS_MAX, Listening, Wait, Worker

POLL_SECONDS = 1.0
PREPARE_SECONDS_RANGE = (1.0, 5.0)
"""The pause between two attempts to reach PostgreSQL at the start."""

logger = structlog.get_logger(__name__)


@asynccontextmanager
async def polling() -> AsyncIterator[Wait]:
    """Yield a function that returns after a second, for a worker that looks for runs without notifications."""
    yield partial(asyncio.sleep, POLL_SECONDS)


async def run_worker(
    starter: Starter, stop: asyncio.Event, *, listening: Listening = polling, runs_max: int = RUNS_MAX
) -> None:
    """Execute runs of the registered jobs until ``stop`` is set.

    Runs that are still under way 15 seconds later are cancelled, by way of ``starter.stop``.
    """
    if await _prepared(starter, stop):
        names = sorted(starter.registry)
        worker = Worker(
            starter.worker, starter.ports.queue, starter.execute, listening, names, starter.stop, runs_max=runs_max
        )
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
            with suppress(TimeoutError):
                async with asyncio.timeout(random.uniform(*PREPARE_SECONDS_RANGE)):  # noqa: S311 -- no secret
                    await stop.wait()
        else:
            return True
    return False
