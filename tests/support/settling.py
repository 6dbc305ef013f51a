"""Lets other tasks run, without waiting for time to pass."""

import asyncio

ITERATIONS = 30
"""More iterations of the event loop than any test needs."""


async def settle() -> None:
    """Let all tasks run until they wait for something."""
    for _ in range(ITERATIONS):
        await asyncio.sleep(0)
