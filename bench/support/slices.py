"""Finds the longest slices of the event loop of a server, and the code that made them.

A slice is what the loop runs without a pause: a callback, or a task up to its next wait. Its length is the CPU time of
the thread, which other work on the machine changes little; a collection of garbage within it counts.
"""

import asyncio
import time
from asyncio.events import Handle
from pathlib import Path
from typing import IO, Any

SLICE_SECONDS_MIN = 0.001
"""Shorter slices are not recorded."""
INNERMOST_MAX = 3


class Slices:
    """Records the slices of every loop of the process, which must be of asyncio and not of uvloop."""

    def install(self, path: Path) -> None:
        """Append a line with the ms and the code of each slice to a file from now on."""
        run, output = Handle._run, path.open("a", buffering=1, encoding="utf-8")  # noqa: SLF001 -- there is no hook

        def measured(handle: Any) -> None:
            before = time.thread_time()
            run(handle)
            seconds = time.thread_time() - before
            if seconds >= SLICE_SECONDS_MIN:
                _record(seconds, handle, output)

        setattr(Handle, "_run", measured)  # noqa: B010 -- as above


def read(path: Path, skipped: int = 0) -> list[tuple[float, str]]:
    """Return the slices that were recorded after so many bytes of the file, in ms, the longest first."""
    lines = (line.partition(" ") for line in path.read_bytes()[skipped:].decode().splitlines())
    return sorted(((float(ms), name) for ms, _, name in lines), reverse=True)


def _record(seconds: float, handle: Any, output: IO[str]) -> None:
    output.write(f"{seconds * 1e3:.2f} {_name(handle)}\n")


def _name(handle: Any) -> str:
    """Return the name of a callback, or the innermost coroutines of a task."""
    callback: Any = handle._callback  # noqa: SLF001 -- as above
    task = getattr(callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        return getattr(callback, "__qualname__", repr(callback))
    names: list[str] = []
    waiting: Any = task.get_coro()
    while waiting is not None:
        names.append(getattr(waiting, "__qualname__", type(waiting).__name__))
        waiting = getattr(waiting, "cr_await", None) or getattr(waiting, "ag_await", None)
    return " > ".join(names[-INNERMOST_MAX:])
