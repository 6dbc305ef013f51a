"""Runs asynchronous code in a thread, for tests that are not asynchronous themselves.

Proxies and stand-ins keep running there while a test waits. A test with a browser cannot run asynchronous code in its
own thread, because Playwright has an event loop there.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
TIMEOUT_SECONDS = 20.0


class BackgroundLoop:
    """An event loop in a thread of its own.

    It runs until the end of the ``with`` block; entered contexts are then exited in reverse order.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["BackgroundLoop"]:
        background = cls()
        thread = threading.Thread(target=background._loop.run_forever, daemon=True)
        thread.start()
        try:
            try:
                yield background
            finally:
                background.run(background._stack.aclose)
        finally:
            background._loop.call_soon_threadsafe(background._loop.stop)
            thread.join(TIMEOUT_SECONDS)
        background._loop.close()

    def enter(self, context: AbstractAsyncContextManager[T]) -> T:
        """Enter an asynchronous context on the loop and keep it open until the end."""

        async def enter() -> T:
            return await self._stack.enter_async_context(context)

        return self.run(enter)

    def call(self, function: Callable[..., T], *arguments: object) -> T:
        """Call a synchronous function on the loop and return its result."""

        async def call() -> T:
            return function(*arguments)

        return self.run(call)

    def run(self, function: Callable[..., Coroutine[Any, Any, T]], *arguments: object) -> T:
        """Run a coroutine function on the loop and wait for its result."""
        running: Future[T] = asyncio.run_coroutine_threadsafe(function(*arguments), self._loop)
        return running.result(TIMEOUT_SECONDS)


def run_in_background(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in another thread and return its result."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
