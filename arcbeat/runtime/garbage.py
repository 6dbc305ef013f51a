"""Garbage collection between ticks instead of within them.

A tick makes tens of thousands of objects at once, which is what makes CPython look for garbage. That takes longer the
more objects there are, finds nothing here, and delays all clients that wait for the tick.
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

FULL_SECONDS_MAX = 30.0
"""Time between two collections of all generations; between them, only young objects are examined."""
THRESHOLDS = (100_000, 10, 100)
"""When CPython still collects by itself: new objects since the last collection, then collections of one generation
before the next older one is examined. Python's default is (700, 10, 10)."""
YOUNG, ALL = 1, 2
"""The oldest generation that a collection examines."""


class GarbageCollector:
    """Collects garbage halfway between two ticks.

    Args:
        period_seconds: the time between two ticks.
    """

    def __init__(self, period_seconds: float, clock: Clock, *, sleep: Sleep = asyncio.sleep) -> None:
        self._period_seconds = period_seconds
        self._clock = clock
        self._sleep = sleep

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Collect while the context is entered; restore CPython's thresholds when it is left."""
        before = gc.get_threshold()
        gc.set_threshold(*THRESHOLDS)
        try:
            async with background(self._run()):
                yield
        finally:
            gc.set_threshold(*before)

    async def _run(self) -> None:
        half = timedelta(seconds=self._period_seconds / 2)
        full_every = math.ceil(FULL_SECONDS_MAX / self._period_seconds)
        # The ticks of a clock that is half a period late are halfway between those of the sampler.
        async with aclosing(ticks(self._period_seconds, lambda: self._clock() - half, self._sleep)) as halfway:
            await anext(halfway)  # the present tick of that clock has passed
            async for each in halfway:
                gc.collect(YOUNG if each.number % full_every else ALL)
