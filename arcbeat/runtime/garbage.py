"""When Python looks through what it holds for what nobody can reach: between ticks, not within them.

A tick makes tens of thousands of objects at once, and that is what makes CPython look. It takes longer the more there
is, nothing of it is garbage, and everybody who is to be told of the tick waits for it.
https://docs.python.org/3/library/gc.html#gc.set_threshold
"""

import asyncio
import gc
import math
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

from arcbeat.concurrency import background
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.sampling.ticks import Sleep, ticks

FULL_EVERY_SECONDS = 30.0
"""At least; in between only what is young is looked through."""
THRESHOLDS = (100_000, 10, 100)
"""Then CPython looks by itself: objects since the last time, and times until it looks through what is older. By default
it is (700, 10, 10)."""
YOUNG, ALL = 1, 2


class BetweenTicks:
    """Looks in the middle between two ticks of the wall clock.

    Args:
        period_seconds: between two ticks.
    """

    def __init__(self, period_seconds: float, clock: Clock, *, sleep: Sleep = asyncio.sleep) -> None:
        self._period_seconds = period_seconds
        self._clock = clock
        self._sleep = sleep

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """For as long as this lasts; then it is as it was before."""
        before = gc.get_threshold()
        gc.set_threshold(*THRESHOLDS)
        try:
            async with background(self._run()):
                yield
        finally:
            gc.set_threshold(*before)

    async def _run(self) -> None:
        middle = timedelta(seconds=self._period_seconds / 2)
        full_every = math.ceil(FULL_EVERY_SECONDS / self._period_seconds)
        async with aclosing(ticks(self._period_seconds, lambda: self._clock() - middle, self._sleep)) as middles:
            await anext(middles)  # it has passed
            async for each in middles:
                gc.collect(YOUNG if each.number % full_every else ALL)
