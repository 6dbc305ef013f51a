"""Ticks: the multiples of the sampling period on the wall clock, so that all processes tick at the same times."""

import asyncio
import math
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from arcbeat.domain.time.clock import Clock

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick.

    Attributes:
        number: periods since 1970-01-01T00:00:00Z.
        skipped: how many ticks passed since the one before, because handling that one took longer than a period.
    """

    number: int
    at: datetime
    skipped: int


async def ticks(period_seconds: float, clock: Clock, sleep: Sleep = asyncio.sleep) -> AsyncGenerator[Tick, None]:
    """Yield the present tick at once, then each tick at its time. Ticks that are missed are skipped, not queued."""
    last = math.floor(clock().timestamp() / period_seconds)
    yield _tick(last, period_seconds, skipped=0)
    while True:
        seconds = clock().timestamp()
        number = math.floor(seconds / period_seconds) + 1
        if number == last:  # the sleep ended a moment early
            number += 1
        await sleep(number * period_seconds - seconds)
        # If the clock was set back, number is less than last; no tick was skipped then.
        skipped, last = max(0, number - last - 1), number
        yield _tick(number, period_seconds, skipped)


def _tick(number: int, period_seconds: float, skipped: int) -> Tick:
    return Tick(number, datetime.fromtimestamp(number * period_seconds, UTC), skipped)
