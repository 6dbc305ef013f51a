"""Finds the longest slices of the event loop of a server, and the code that made them.

A slice is what the loop runs without a pause: a callback, or a task up to its next wait. Its length is the CPU time of
the thread, which other work on the machine does not change; a collection of garbage within it counts.
"""

import asyncio
import json
import time
from asyncio.events import Handle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

SLICE_SECONDS_MIN = 0.002
"""Shorter slices are not recorded."""
WRITE_SECONDS = 1.0


class Slices:
    """Records the slices of every loop of the process, which must be one of asyncio and not uvloop."""

    def __init__(self) -> None:
        self.seconds: list[tuple[float, str]] = []

    def install(self) -> None:
        """Measure every callback from now on."""
        run, record = Handle._run, self._record  # noqa: SLF001 -- asyncio has no hook

        def measured(handle: Any) -> None:
            before = time.thread_time()
            run(handle)
            seconds = time.thread_time() - before
            if seconds >= SLICE_SECONDS_MIN:
                record(seconds, handle)

        setattr(Handle, "_run", measured)  # noqa: B010 -- as above

    def _record(self, seconds: float, handle: Any) -> None:
        self.seconds.append((seconds, _name(handle)))

    @asynccontextmanager
    async def written_to(self, path: Path) -> AsyncIterator[None]:
        """Write what was recorded to a file every second while the context is entered."""
        task = asyncio.create_task(self._write(path))
        try:
            yield
        finally:
            task.cancel()

    async def _write(self, path: Path) -> None:
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            path.write_text(json.dumps(self.seconds), encoding="utf-8")  # noqa: ASYNC240 -- only in a benchmark


def _name(handle: Any) -> str:
    """Return the code that a callback runs: the innermost frame of a task, or the name of the function."""
    callback: Any = handle._callback  # noqa: SLF001 -- as above
    task = getattr(callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        return getattr(callback, "__qualname__", repr(callback))
    names: list[str] = []
    waiting: Any = task.get_coro()
    while waiting is not None:
        names.append(getattr(waiting, "__qualname__", type(waiting).__name__))
        waiting = getattr(waiting, "cr_await", None) or getattr(waiting, "ag_await", None)
    return " > ".join(names[-4:])
