"""Helpers for asyncio: background tasks, deadlines, and calls that several callers share."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Hashable,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from arcbeat.domain.errors import StoreTimeout

A = TypeVar("A")
B = TypeVar("B")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


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
async def started(coroutine: Coroutine[Any, Any, A]) -> AsyncIterator["asyncio.Task[A]"]:
    """Run a coroutine as a task to await within the context; cancel it when the context is left.

    Its error is raised where it is awaited, and dropped if the context is left before.
    """
    task = asyncio.create_task(coroutine)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


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


async def run_both(first: Coroutine[Any, Any, A], second: Coroutine[Any, Any, B]) -> tuple[A, B]:
    """Run two coroutines at the same time and return both results; the first error cancels the other one.

    Raises:
        Exception: whatever one of them raises.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = group.create_task(first), group.create_task(second)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return tasks[0].result(), tasks[1].result()


async def run_each(call: Callable[[A], Awaitable[B]], arguments: Iterable[A], *, at_once: int) -> list[B]:
    """Call a function for each argument, at most ``at_once`` at the same time, and return the results in order.

    Raises:
        Exception: whatever one of the calls raises; the first error cancels the others.
    """
    all_arguments = list(arguments)
    if len(all_arguments) == 1:  # without a task: most pages take one statement
        return [await call(all_arguments[0])]
    slots = asyncio.Semaphore(at_once)

    async def run(argument: A) -> B:
        async with slots:
            return await call(argument)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run(each)) for each in all_arguments]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


class SingleFlight(Generic[K, V]):
    """Runs one call per key at a time, and gives its result to every caller that asks for the key meanwhile.

    Cancellation: a call belongs to no caller. When a caller is cancelled, the call goes on for the others, and its
    result is stored.

    Errors: the error of a call is raised in every caller that waits for it, and is not stored. It counts as retrieved
    even if every caller was cancelled, so that asyncio does not log it.

    Order: results are stored in the order in which their calls started. A result is returned to the callers that wait
    for it but not stored if its key was forgotten after the call started, or if a later call for the key was stored.

    Args:
        store: receives the results of a call by key, before its callers do.
    """

    def __init__(self, store: Callable[[Mapping[K, V]], None]) -> None:
        self._store = store
        # Per key the running calls whose result may be stored, oldest first; callers join the last one.
        self._calls: dict[K, list[asyncio.Task[Mapping[K, V]]]] = {}
        # The event loop itself holds only weak references to its tasks.
        self._running: set[asyncio.Task[Mapping[K, V]]] = set()

    async def run(self, key: K, call: Callable[[], Awaitable[V]], *, join: bool = True) -> V:
        """Return the result of the call in flight for ``key``; start ``call`` if there is none, or not to ``join``.

        Raises:
            Exception: whatever the call raises.
        """
        return (await self.run_many((key,), _for_one(key, call), join=join))[key]

    async def run_many(
        self, keys: Collection[K], call: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], *, join: bool = True
    ) -> Mapping[K, V]:
        """Return the result for each key; start one ``call`` for all keys that have none in flight.

        Args:
            call: must return a result for each key that it is given.
            join: False starts a call for all keys, whatever is in flight. Later callers join it.

        Raises:
            Exception: whatever one of the calls raises.
        """
        tasks = self._start(keys, call, join=join)
        # Shielded: other callers may wait for the same task when this one is cancelled.
        results = {task: await asyncio.shield(task) for task in dict.fromkeys(tasks.values())}
        return {key: results[task][key] for key, task in tasks.items()}

    def start(self, key: K, call: Callable[[], Awaitable[V]]) -> asyncio.Future[Mapping[K, V]]:
        """Start ``call`` unless there is one in flight for ``key``, and do not wait for it.

        Returns:
            The call in flight, to pass to :func:`asyncio.wait`. It must not be cancelled.
        """
        return self._start((key,), _for_one(key, call), join=True)[key]

    def start_many(self, keys: Collection[K], call: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        """Start one ``call`` for all keys that have none in flight, and do not wait for it."""
        self._start(keys, call, join=True)

    def __contains__(self, key: K) -> bool:
        """Whether a caller that asks for ``key`` now joins a call."""
        return key in self._calls

    def forget(self, key: K) -> None:
        """Do not store what is in flight for ``key``, and let the next caller start a new call."""
        self._calls.pop(key, None)

    def forget_all(self) -> None:
        """Forget every key."""
        self._calls.clear()

    async def aclose(self) -> None:
        """Cancel all calls, and wait until they have ended; callers that wait for them get CancelledError."""
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _start(
        self, keys: Collection[K], call: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], *, join: bool
    ) -> dict[K, asyncio.Task[Mapping[K, V]]]:
        to_start = [key for key in keys if key not in self._calls] if join else list(keys)
        if to_start:
            task = asyncio.create_task(self._run(to_start, call))
            task.add_done_callback(lambda done: self._ended(to_start, done))
            self._running.add(task)
            for key in to_start:
                if key in self._calls:
                    self._calls[key].append(task)
                else:
                    self._calls[key] = [task]
        return {key: self._calls[key][-1] for key in keys}

    async def _run(self, keys: Sequence[K], call: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> Mapping[K, V]:
        results = await call(keys)
        # Stored here, not when the task is done: a caller that joins a task at its end must find the result stored.
        task = asyncio.current_task()
        to_store: dict[K, V] = {}
        for key in keys:
            calls = self._calls.get(key, [])
            if task not in calls:
                continue
            to_store[key] = results[key]
            if calls[-1] is task:  # the usual case, with hundreds of keys
                del self._calls[key]
            else:
                del calls[: calls.index(task) + 1]  # this call, and those that started before it and are older
        if to_store:
            self._store(to_store)
        return results

    def _ended(self, keys: Sequence[K], task: asyncio.Task[Mapping[K, V]]) -> None:
        self._running.discard(task)
        # exception() also marks the error as retrieved; the callers that are left get it from the task.
        if not task.cancelled() and task.exception() is None:
            return
        for key in keys:  # a call that failed is still listed
            calls = self._calls.get(key, [])
            if task in calls:
                calls.remove(task)
                if not calls:
                    del self._calls[key]


def _for_one(key: K, call: Callable[[], Awaitable[V]]) -> Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]:
    async def call_many(_: Sequence[K]) -> Mapping[K, V]:
        return {key: await call()}

    return call_many
