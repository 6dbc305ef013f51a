"""A limit on how long something takes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from arcbeat.domain.errors import StoreTimeout


@asynccontextmanager
async def deadline(seconds: float | None) -> AsyncIterator[None]:
    """Cut off what takes longer; None is without limit.

    Raises:
        StoreTimeout: it took longer.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise StoreTimeout from error
