"""Lets other tasks run, without waiting for time to pass."""

import asyncio
from collections.abc import Callable

ITERATIONS = 30
"""More iterations of the event loop than any test needs."""


WAIT_SECONDS_MAX = 20.0


async def until(is_true: Callable[[], bool]) -> None:
    """Let other tasks run until the condition is true; threads and sockets may be among what makes it so.

    Raises:
        TimeoutError: it did not become true in time.
    """
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not is_true():  # noqa: ASYNC110 -- nothing notifies of it
            await asyncio.sleep(0)


async def settle() -> None:
    """Let all tasks run until they wait for something."""
    for _ in range(ITERATIONS):
        await asyncio.sleep(0)
