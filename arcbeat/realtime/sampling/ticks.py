"""The tick: whole periods of the wall clock, so that everybody's ticks are the same."""

import asyncio
import math
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from arcbeat.domain.time.clock import Clock

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Tick:
    """One of them.

    Attributes:
        number: whole periods since 1970.
        skipped: how many before it passed while nobody was ready.
    """

    number: int
    at: datetime
    skipped: int


async def ticks(period_seconds: float, clock: Clock, sleep: Sleep = asyncio.sleep) -> AsyncGenerator[Tick, None]:
    """The one that is now, and each as it comes; those that pass meanwhile are skipped, never made up for."""
    last = math.floor(clock().timestamp() / period_seconds)
    yield _tick(last, period_seconds, skipped=0)
    while True:
        seconds = clock().timestamp()
        number = math.floor(seconds / period_seconds) + 1
        if number == last:  # the sleep ended a moment early
            number += 1
        await sleep(number * period_seconds - seconds)
        # a clock that was set back makes no skipped ticks
        skipped, last = max(0, number - last - 1), number
        yield _tick(number, period_seconds, skipped)


def _tick(number: int, period_seconds: float, skipped: int) -> Tick:
    return Tick(number, datetime.fromtimestamp(number * period_seconds, UTC), skipped)
