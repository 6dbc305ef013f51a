"""Reads that several callers share, without a cache: no caller gets what was read before its call."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from arcbeat.domain.schema.super_tables import SuperTable

V = TypeVar("V")


class SharedReads(Generic[V]):
    """Reads one thing per super table.

    Callers that arrive while it is being read share the next read, so that each gets what was read after its call, and
    at most one read per super table is in flight.
    """

    def __init__(self, read: Callable[[SuperTable], Awaitable[V]]) -> None:
        self._read = read
        self._in_flight: dict[SuperTable, asyncio.Task[V]] = {}
        self._next: dict[SuperTable, asyncio.Task[V]] = {}

    async def read(self, table: SuperTable) -> V:
        """Return what is read after this call.

        Raises:
            Exception: whatever the read raises.
        """
        task = self._next.get(table)
        if task is None:
            task = asyncio.create_task(self._read_after(self._in_flight.get(table), table))
            # exception() marks an error as retrieved even if every caller was cancelled.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._next[table] = task
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Cancel the reads in flight; callers that wait for one get CancelledError."""
        tasks = {*self._in_flight.values(), *self._next.values()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_after(self, previous: asyncio.Task[V] | None, table: SuperTable) -> V:
        if previous is not None:
            await asyncio.wait({previous})
        # From here on, callers must wait for another read.
        self._in_flight[table] = self._next.pop(table)
        try:
            return await self._read(table)
        finally:
            del self._in_flight[table]
