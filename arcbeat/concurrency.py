"""Helpers for asyncio: background tasks and deadlines."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from arcbeat.domain.errors import StoreTimeout


@asynccontextmanager
async def background(*coroutines: Coroutine[Any, Any, Any]) -> AsyncIterator[None]:
    """Run coroutines as tasks while the context is entered; cancel them when it is left."""
    tasks = [asyncio.create_task(each) for each in coroutines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@asynccontextmanager
async def deadline(seconds: float | None) -> AsyncIterator[None]:
    """Limit the time that the body may take; None means no limit.

    Raises:
        StoreTimeout: the body took longer.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise StoreTimeout from error
