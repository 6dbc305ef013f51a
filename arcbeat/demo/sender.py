"""Sends the readings of all simulated devices at every tick of the wall clock."""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import NoReturn

import structlog

from arcbeat.demo.ingest import Ingest, SendFailed
from arcbeat.demo.machines.fleet import Fleet
from arcbeat.demo.progress import Progress
from arcbeat.domain.readings.readings import Reading, Rejection
from arcbeat.domain.time.clock import Clock, utc_now

logger = structlog.get_logger(__name__)

BACKOFF_FIRST_SECONDS = 1.0
BACKOFF_SECONDS_MAX = 30.0
DOUBLINGS_MAX = 10
JITTER = (0.5, 1.0)
REJECTIONS_LOGGED_MAX = 3


def jitter() -> float:
    """Return a random factor for a wait."""
    return random.uniform(*JITTER)  # noqa: S311 -- spreads retries, no secret


class Sender:
    """Sends one tick at a time. Ticks that pass while it is busy or waits are skipped and counted, never sent later."""

    def __init__(
        self,
        fleet: Fleet,
        ingest: Ingest,
        progress: Progress,
        *,
        now: Clock = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = jitter,
    ) -> None:
        self._fleet = fleet
        self._ingest = ingest
        self._progress = progress
        self._now = now
        self._sleep = sleep
        self._jitter = jitter
        self._last_tick: int | None = None
        self._failures = 0

    async def run(self) -> NoReturn:
        """Send until cancelled."""
        while True:
            await self.tick()

    async def tick(self) -> None:
        """Wait for the next tick and send its readings; after a failure wait, longer after each further one."""
        ts = await self._next_tick()
        try:
            for type_code, readings in self._fleet.step(ts).items():
                await self._deliver(type_code, readings)
        except SendFailed as error:
            await self._back_off(error)
            return
        self._failures = 0
        self._progress.last_tick = ts

    async def _next_tick(self) -> datetime:
        period = self._progress.period_seconds
        seconds = self._now().timestamp()
        number = math.floor(seconds / period) + 1
        if number == self._last_tick:  # the sleep ended early, before the tick that was just sent
            number += 1
        if self._last_tick is not None:
            self._progress.skipped += max(0, number - self._last_tick - 1)
        self._last_tick = number
        await self._sleep(number * period - seconds)
        return datetime.fromtimestamp(number * period, UTC)

    async def _deliver(self, type_code: str, readings: Sequence[Reading]) -> None:
        rejections = await self._ingest.send(type_code, readings)
        if rejections:
            _log_rejections(type_code, rejections)
        rejected = {each.index for each in rejections}
        accepted = [reading for index, reading in enumerate(readings) if index not in rejected]
        self._progress.last_seen.update({reading.device_code: reading.ts for reading in accepted})
        self._progress.sent += len(accepted)

    async def _back_off(self, error: SendFailed) -> None:
        wanted = BACKOFF_FIRST_SECONDS * 2 ** min(self._failures, DOUBLINGS_MAX)
        seconds = min(BACKOFF_SECONDS_MAX, max(wanted * self._jitter(), error.retry_after_seconds))
        self._failures += 1
        logger.warning("demo_send_failed", detail=str(error), failures=self._failures, wait_seconds=round(seconds, 3))
        await self._sleep(seconds)


def _log_rejections(type_code: str, rejections: Sequence[Rejection]) -> None:
    some = [{"reason": each.reason, "detail": each.detail} for each in rejections[:REJECTIONS_LOGGED_MAX]]
    logger.warning("demo_readings_rejected", type_code=type_code, count=len(rejections), some=some)
