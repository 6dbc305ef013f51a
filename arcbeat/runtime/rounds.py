"""Work that is repeated in the background while the application runs."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NoReturn

from arcbeat.concurrency import background
from arcbeat.realtime.sampling.ticks import Sleep


class Rounds(ABC):
    """Makes rounds, with a fixed time between the end of one and the begin of the next.

    Args:
        first_delay: Returns the seconds before the first round: at random, so that processes that start together do
            not all begin at the same time.
    """

    def __init__(self, round_seconds: float, sleep: Sleep = asyncio.sleep, *, first_delay: Callable[[], float]) -> None:
        self._round_seconds = round_seconds
        self._sleep = sleep
        self._first_delay = first_delay

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Make rounds in the background while the context is entered."""
        async with background(self.run()):
            yield

    async def run(self) -> NoReturn:
        """Make rounds until cancelled."""
        await self._sleep(self._first_delay())
        while True:
            await self.round()
            await self._sleep(self._round_seconds)

    @abstractmethod
    async def round(self) -> None:
        """Do the work once. Errors are logged, and the next round tries again."""
