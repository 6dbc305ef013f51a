"""Stores plain batches of requests that wait at the same time together.

One append per super table is under way, or two if they are large, so that one is prepared while the store works on the
other. What arrives meanwhile waits, and is stored together by the next append. If the store does not respond to an
append, what waits fails with it: each further append would have to time out before its senders learn of the outage.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from arcbeat.concurrency import deadline
from arcbeat.domain.catalogue.known_types import KnownType, KnownTypes
from arcbeat.domain.errors import StatementTimeout, StoreError, StoreTimeout, StoreUnavailable
from arcbeat.domain.readings.plain_batches import MayWrite, PlainBatch, PlainStore, always, merged
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.services.waiting_appends import LARGE_READINGS_MIN, Queue, Waiting

GATHER_SECONDS = 0.001
"""How long the next append of few readings is put off after the one before, if some wait: those who have just got their
outcome send their next readings, which are then stored together with the others instead of after them."""
WAIT_SECONDS_MAX = 60.0
"""Longer than the timeouts of the stores: for an append that is under way, and for the next one."""

Sleep = Callable[[float], Awaitable[None]]


class SharedAppends:
    """Appends plain batches to a store, for devices that are registered. Close it with ``aclose``."""

    def __init__(self, types: KnownTypes, store: PlainStore, *, sleep: Sleep = asyncio.sleep) -> None:
        self._types = types
        self._store = store
        self._sleep = sleep
        self._queues: dict[SuperTable, Queue] = {}
        # The event loop itself holds only weak references to its tasks.
        self._running: set[asyncio.Task[None]] = set()

    async def append(self, known: KnownType, batch: PlainBatch, text_bytes: int, *, is_of_stream: bool = False) -> bool:
        """Store all readings of a batch and return True, or return False if they must be appended one by one.

        Some of them may have been stored then; appending all of them again is safe.

        Args:
            text_bytes: the size of the text that the batch was decoded from.
            is_of_stream: whether to wait for room if too many readings wait.

        Raises:
            StoreError: a store failed, or too many readings wait for it.
        """
        table, outcome = known.device_type.super_table, asyncio.get_running_loop().create_future()
        queue = self._queues.setdefault(table, Queue())
        queue.add(Waiting(known, batch, text_bytes, batch.device_codes(), outcome), is_of_stream=is_of_stream)
        self._start(table, queue)
        async with deadline(WAIT_SECONDS_MAX):
            try:
                return bool(await outcome)
            except StoreError as error:  # which several senders get
                raise type(error)(error.detail) from error

    async def aclose(self) -> None:
        """Cancel the appends that are under way or wait; their senders get CancelledError."""
        for queue in self._queues.values():
            for each in queue.take_all():
                each.outcome.cancel()
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _start(self, table: SuperTable, queue: Queue) -> None:
        while queue.may_start:
            if taken := queue.take(self._store.readings_together_max):
                queue.under_way += 1
                task = asyncio.create_task(self._run(table, queue, taken))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
        if not queue.under_way and not queue.waiting:
            self._queues.pop(table, None)

    async def _run(self, table: SuperTable, queue: Queue, taken: Sequence[Waiting]) -> None:
        try:
            stored = await self._append(table, taken)
        except BaseException as error:
            _settle([*taken, *queue.take_all()] if _has_no_response(error) else taken, error)
            if not isinstance(error, Exception):
                raise
        else:
            for each in taken:
                if not each.outcome.done():
                    each.outcome.set_result(each in stored)
        finally:
            if queue.waiting and queue.readings < LARGE_READINGS_MIN:
                await self._sleep(GATHER_SECONDS)
            queue.under_way -= 1
            self._start(table, queue)

    async def _append(self, table: SuperTable, taken: Sequence[Waiting]) -> Collection[Waiting]:
        """Store the batches whose devices are all registered, and return those that are stored."""
        registration = _Registration(self._types, taken)
        if await self._append_together(table, taken, registration.is_complete):
            return frozenset(taken)
        fitting = [each for each in taken if each.device_codes.isdisjoint(registration.unregistered)]
        if not (fitting and registration.unregistered):
            return ()
        return frozenset(fitting) if await self._append_together(table, fitting, always) else ()

    async def _append_together(self, table: SuperTable, batches: Sequence[Waiting], may_write: MayWrite) -> bool:
        try:
            return await self._store.append_plain(table, merged([each.batch for each in batches]), may_write)
        except StoreError as error:
            if len(batches) == 1 or isinstance(error, StoreUnavailable | StoreTimeout):
                raise
            return False  # one batch may be the cause, for example a device that needs a subtable


class _Registration:
    """Finds out whether the devices of batches are registered, when the store asks.

    Attributes:
        unregistered: the devices that are not.
    """

    def __init__(self, types: KnownTypes, taken: Sequence[Waiting]) -> None:
        self._types = types
        self._taken = taken
        self.unregistered: frozenset[str] = frozenset()

    async def is_complete(self) -> bool:
        """Return whether the type is unchanged and all devices are registered with it."""
        codes = frozenset().union(*(each.device_codes for each in self._taken))
        unregistered = await self._types.unregistered(self._taken[0].known, codes)
        self.unregistered = unregistered or frozenset()
        return unregistered is not None and not unregistered


def _has_no_response(error: BaseException) -> bool:
    """Return whether the store did not respond in time, instead of being late with one statement."""
    return isinstance(error, StoreTimeout) and not isinstance(error, StatementTimeout)


def _settle(taken: Sequence[Waiting], error: BaseException) -> None:
    for each in taken:
        if each.outcome.done():
            continue
        if isinstance(error, Exception):
            each.outcome.set_exception(error)
        else:
            each.outcome.cancel()
