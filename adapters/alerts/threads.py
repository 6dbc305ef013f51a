"""Runs blocking calls of a library in threads that nothing waits for: neither a caller nor the end of the process."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class DaemonThreads(Generic[T]):
    """Runs calls in at most ``threads_max`` threads; a call that hangs keeps its thread.

    The threads of concurrent.futures are joined at the end of the process, which a call that hangs would prevent.
    """

    def __init__(self, threads_max: int, *, waiting_max: int = 100) -> None:
        self._threads_max = threads_max
        self._calls: queue.Queue[tuple[Future[T], Callable[[], T]]] = queue.Queue(waiting_max)
        self._count = 0
        self._lock = threading.Lock()

    async def run(self, call: Callable[[], T]) -> T:
        """Return the result of a call, once a thread is free. A caller that is cancelled does not interrupt the call.

        Raises:
            queue.Full: ``waiting_max`` calls wait for a thread.
            Exception: What the call raises.
        """
        outcome: Future[T] = Future()
        self._calls.put_nowait((outcome, call))
        self._start_thread()
        return await asyncio.wrap_future(outcome)

    def _start_thread(self) -> None:
        with self._lock:
            if self._count < self._threads_max:
                threading.Thread(target=self._work, name=f"alerts-{self._count}", daemon=True).start()
                self._count += 1

    def _work(self) -> None:
        while True:
            outcome, call = self._calls.get()
            if not outcome.set_running_or_notify_cancel():
                continue  # its caller has given up
            try:
                outcome.set_result(call())
            except BaseException as error:  # noqa: BLE001 -- it is raised in the caller
                outcome.set_exception(error)
            del outcome, call
