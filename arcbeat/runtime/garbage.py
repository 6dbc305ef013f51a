"""Garbage collection between ticks instead of within them.

A tick makes tens of thousands of objects at once, which is what makes CPython look for garbage. That takes longer the
more objects there are, finds nothing here, and delays all clients that wait for the tick.
https://docs.python.org/3/library/gc.html#gc.set_threshold
"""

import asyncio
import gc
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

from arcbeat.concurrency import background
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.sampling.ticks import Sleep, ticks

FULL_SECONDS = 30.0
"""Time between two collections of all objects; between them, only young objects are examined."""
PAUSES_PER_FULL = 10_000
"""A collection of all objects that took long is not repeated for this many times its duration: with 100 000 sampled
devices it takes some 40 ms, in which no request is served."""
THRESHOLDS = (5_000, 100_000, 100)
"""When CPython still collects by itself: new objects since the last collection, then collections of one generation
before the next older one is examined. Python's default is (700, 10, 10). 5 000 take less than 1 ms."""
YOUNG, ALL = 0, 2
"""The oldest generation that a collection examines."""


class GarbageCollector:
    """Collects garbage halfway between two ticks.

    Objects that have survived are set aside (``gc.freeze``), as nearly all of them live until they are replaced at a
    later tick. They are examined together, rarely.

    Args:
        period_seconds: the time between two ticks.
        monotonic: measures how long a collection takes.
    """

    def __init__(
        self,
        period_seconds: float,
        clock: Clock,
        *,
        sleep: Sleep = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._period_seconds = period_seconds
        self._clock = clock
        self._sleep = sleep
        self._monotonic = monotonic

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Collect while the context is entered; restore CPython's thresholds when it is left."""
        before = gc.get_threshold()
        gc.set_threshold(*THRESHOLDS)
        took = self._collect_all()  # nothing waits for it yet
        gc.freeze()
        try:
            async with background(self._run(took)):
                yield
        finally:
            gc.set_threshold(*before)
            gc.unfreeze()

    async def _run(self, took: float) -> None:
        half = timedelta(seconds=self._period_seconds / 2)
        full_every = math.ceil(FULL_SECONDS / self._period_seconds)
        # The ticks of a clock that is half a period late are halfway between those of the sampler.
        async with aclosing(ticks(self._period_seconds, lambda: self._clock() - half, self._sleep)) as halfway:
            present = await anext(halfway)  # it has passed
            not_before = present.number + self._pause_ticks(took)
            async for each in halfway:
                if each.number % full_every or each.number < not_before:
                    gc.collect(YOUNG)
                else:
                    not_before = each.number + self._pause_ticks(self._collect_all())
                gc.freeze()

    def _pause_ticks(self, took: float) -> float:
        """Return how many ticks to wait with the next collection of everything after one that took so many seconds."""
        return PAUSES_PER_FULL * took / self._period_seconds

    def _collect_all(self) -> float:
        """Collect everything, and return how long it took, in seconds."""
        started = self._monotonic()
        gc.unfreeze()
        gc.collect(ALL)
        return self._monotonic() - started
