"""Creates the partitions of sync_job_log ahead, also where no scheduler of arcbeat runs."""

import asyncio
import random
from collections.abc import Callable

import structlog

from arcbeat.domain.errors import StoreError
from arcbeat.domain.jobs.ports import MONTHS_AHEAD, LogPartitions
from arcbeat.realtime.sampling.ticks import Sleep
from arcbeat.runtime.rounds import Rounds

logger = structlog.get_logger(__name__)

ROUND_SECONDS = 3600.0
"""The time between two rounds, also after an error: months are left until then."""
FIRST_DELAY_SECONDS_MAX = 5.0


def first_delay() -> float:
    """Return a random number of seconds."""
    return random.uniform(0, FIRST_DELAY_SECONDS_MAX)  # noqa: S311 -- not a secret


class LogMonths(Rounds):
    """Creates missing partitions once an hour. Any number of processes may do so."""

    def __init__(
        self,
        partitions: LogPartitions,
        *,
        sleep: Sleep = asyncio.sleep,
        first_delay: Callable[[], float] = first_delay,
    ) -> None:
        super().__init__(ROUND_SECONDS, sleep, first_delay=first_delay)
        self._partitions = partitions

    async def round(self) -> None:
        """Create what is missing. An error is logged, and the next round tries again."""
        try:
            for month in await self._partitions.ensure(MONTHS_AHEAD):
                logger.info("log_month_created", month=month.isoformat())
        except StoreError as error:
            logger.warning("log_months_failed", detail=error.detail)
        except Exception:
            logger.exception("log_months_failed")
