"""An event loop in a thread of its own: what stands around the service goes on while a test waits."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE_SECONDS = 20.0


class Backstage:
    """Runs in the background until the test ends; what was entered is left in reverse order."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Backstage"]:
        backstage = cls()
        thread = threading.Thread(target=backstage._loop.run_forever, daemon=True)
        thread.start()
        try:
            yield backstage
            backstage.wait(backstage._stack.aclose)
        finally:
            backstage._loop.call_soon_threadsafe(backstage._loop.stop)
            thread.join(PATIENCE_SECONDS)
        backstage._loop.close()

    def enter(self, entered: AbstractAsyncContextManager[T]) -> T:
        """Enter a context there, until the end."""

        async def entering() -> T:
            return await self._stack.enter_async_context(entered)

        return self.wait(entering)

    def do(self, call: Callable[..., T], *arguments: object) -> T:
        """Call a function there."""

        async def called() -> T:
            return call(*arguments)

        return self.wait(called)

    def wait(self, start: Callable[..., Coroutine[Any, Any, T]], *arguments: object) -> T:
        """Run something there to its end."""
        running: Future[T] = asyncio.run_coroutine_threadsafe(start(*arguments), self._loop)
        return running.result(PATIENCE_SECONDS)
