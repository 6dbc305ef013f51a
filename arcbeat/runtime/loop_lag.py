"""Measures how long the event loop is held, so that nothing else in the process runs meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from arcbeat.concurrency import background

INTERVAL_SECONDS = 0.02
"""The time between two measurements. A slice that begins earlier in it is measured only in part."""


class LagObserver(Protocol):
    """Receives how late timers of the event loop are."""

    def observe_lag(self, seconds: float) -> None: ...


class LoopLag:
    """Sets timers one after another, and observes how much later than planned each of them fires.

    A timer that is late by 50 ms waited for a slice of the event loop that was at least as long: the code between two
    awaits of some task, or a collection of garbage.
    """

    def __init__(self, observer: LagObserver) -> None:
        self._observer = observer

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Measure while the context is entered."""
        async with background(self._run()):
            yield

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            planned = loop.time() + INTERVAL_SECONDS
            await asyncio.sleep(INTERVAL_SECONDS)
            self._observer.observe_lag(max(0.0, loop.time() - planned))
