"""What a worker does with runs, from a test that has a browser."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.support.jobs import Worker


class ThreadWorker:
    """A worker in a thread of its own: Playwright has an event loop in the main thread, where no other one can run."""

    def __init__(self, database_url: str) -> None:
        self._worker = Worker(database_url)
        self._thread = ThreadPoolExecutor(1)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        step = getattr(self._worker, name)
        return lambda *args, **more: self._thread.submit(step, *args, **more).result()
