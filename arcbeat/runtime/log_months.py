"""Creates the partitions of sync_job_log ahead, also where no scheduler of arcbeat runs."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NoReturn

import structlog

from arcbeat.concurrency import background
from arcbeat.domain.errors import StoreError
from arcbeat.domain.jobs.ports import MONTHS_AHEAD, LogPartitions

logger = structlog.get_logger(__name__)

ROUND_SECONDS = 3600.0
"""The time between two rounds, also after an error: months are left until then."""
FIRST_DELAY_SECONDS_MAX = 5.0


def first_delay() -> float:
    """Return a random number of seconds, so that processes that start together do not all begin at the same time."""
    return random.uniform(0, FIRST_DELAY_SECONDS_MAX)  # noqa: S311 -- not a secret


class LogMonths:
    """Creates missing partitions once an hour. Any number of processes may do so."""

    def __init__(
        self,
        partitions: LogPartitions,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        first_delay: Callable[[], float] = first_delay,
    ) -> None:
        self._partitions = partitions
        self._sleep = sleep
        self._first_delay = first_delay

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Create partitions in the background while the context is entered."""
        async with background(self.run()):
            yield

    async def run(self) -> NoReturn:
        """Make a round every hour, until cancelled."""
        await self._sleep(self._first_delay())
        while True:
            await self.round()
            await self._sleep(ROUND_SECONDS)

    async def round(self) -> None:
        """Create what is missing. An error is logged, and the next round tries again."""
        try:
            for month in await self._partitions.ensure(MONTHS_AHEAD):
                logger.info("log_month_created", month=month.isoformat())
        except StoreError as error:
            logger.warning("log_months_failed", detail=error.detail)
        except Exception:
            logger.exception("log_months_failed")
