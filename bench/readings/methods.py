"""What the bulk methods of the stores have in common: they prepare all their data before the clock starts."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from arcbeat.domain.readings.readings import Reading

Batches = Sequence[Sequence[Reading]]
Job = Callable[[int], Awaitable[None]]


class Method:
    """A method of storing batches.

    Attributes:
        name: as results show it.
        ratio_min: the target of arcbeat's rate to that of the method; None if it only shows what is possible.
    """

    def __init__(self, name: str, ratio_min: float | None = None) -> None:
        self.name = name
        self.ratio_min = ratio_min

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        """Prepare the batches and return one job per request; a job takes the number of its sender."""
        raise NotImplementedError

    async def seconds(self, batches: Batches, senders: int) -> float:
        """Return how long the jobs take with this number of concurrent senders."""
        remaining = iter(await self.jobs(batches))

        async def work(sender: int) -> None:
            for job in remaining:
                await job(sender)

        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for sender in range(senders):
                group.create_task(work(sender))
        return time.perf_counter() - started
