"""Starts the runs whose moment has come, and keeps the partitions of the log ahead.

Any number of schedulers may run: PostgreSQL decides which of them starts a run.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from arcbeat.domain.errors import StoreError
from arcbeat.domain.jobs.ports import MONTHS_AHEAD, LogPartitions, RunQueue
from arcbeat.domain.time.clock import Clock
from jobs.execution.stopping import pause

POLL_SECONDS = 1.0
"""The longest time between a scheduled moment and the request of its run; the schedules count minutes."""
MONTHS_INTERVAL = timedelta(hours=1)
MONTHS_RETRY_INTERVAL = timedelta(minutes=1)
"""Between two attempts to create months after an error, such as a missing privilege."""

logger = structlog.get_logger(__name__)


def jitter() -> float:
    """Return a random share of a wait, so that schedulers that start together do not poll together."""
    return random.uniform(0.5, 1)  # noqa: S311 -- no secret


class Scheduler:
    """Requests due runs once a second. Errors of the store are logged; the next round tries again."""

    def __init__(
        self,
        queue: RunQueue,
        partitions: LogPartitions,
        clock: Clock,
        *,
        jitter: Callable[[], float] = jitter,
    ) -> None:
        self._queue = queue
        self._partitions = partitions
        self._clock = clock
        self._jitter = jitter
        self._ensure_at = clock()

    async def run(self, stop: asyncio.Event) -> None:
        """Make rounds until ``stop`` is set; the round in hand is finished."""
        logger.info("scheduler_started")
        while not stop.is_set():
            await self.round()
            await pause(stop, POLL_SECONDS * self._jitter())
        logger.info("scheduler_stopped")

    async def round(self) -> None:
        """Start what is due, and create missing partitions once an hour."""
        await _logged("start_due", self._start_due)
        if self._clock() >= self._ensure_at:
            await _logged("ensure_months", self._ensure_months)

    async def _start_due(self) -> None:
        for run in await self._queue.start_due(self._clock()):
            logger.info(
                "run_scheduled",
                run_id=run.id,
                job_name=run.job_name,
                state=run.state.value,
                scheduled_for=str(run.scheduled_for),
            )

    async def _ensure_months(self) -> None:
        self._ensure_at = self._clock() + MONTHS_RETRY_INTERVAL
        for month in await self._partitions.ensure(MONTHS_AHEAD):
            logger.info("log_month_created", month=month.isoformat())
        self._ensure_at = self._clock() + MONTHS_INTERVAL


async def _logged(action: str, step: Callable[[], Awaitable[None]]) -> None:
    """Log any error of a step, even a bug, and go on: without the scheduler, no job would run."""
    try:
        await step()
    except StoreError as error:
        logger.warning("scheduler_failed", action=action, detail=error.detail)
    except Exception:
        logger.exception("scheduler_failed", action=action)
