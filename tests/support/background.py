"""Runs asynchronous servers in a thread, for tests that are not asynchronous themselves."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")


class Background:
    """An event loop that runs in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Background"]:
        """Run the loop until the end of the block."""
        background = cls()
        background._thread.start()
        try:
            yield background
        finally:
            background._loop.call_soon_threadsafe(background._loop.stop)
            background._thread.join()
            background._loop.close()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine in the loop and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    @contextmanager
    def entered(self, manager: AbstractAsyncContextManager[Result]) -> Iterator[Result]:
        """Enter an asynchronous context manager until the end of the block."""

        async def enter() -> Result:
            return await manager.__aenter__()

        async def leave() -> None:
            await manager.__aexit__(None, None, None)

        entered = self.run(enter())
        try:
            yield entered
        finally:
            self.run(leave())
