"""Letting others go on, without a time to pass."""

import asyncio

TURNS = 30
"""More than anything here takes to come to rest."""


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
