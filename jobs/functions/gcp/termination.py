"""Tells runs that the process is to end: Cloud Run sends SIGTERM, and kills the process ten seconds later."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Termination:
    """Sets an event per run at SIGTERM, before the handler of the server ends the process.

    The server installs its handler after this module is imported and before the first request, in the same thread.
    """

    def __init__(self) -> None:
        self._stops: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._is_installed = False
        self._is_terminating = False

    @contextmanager
    def stop_event(self) -> Iterator[asyncio.Event]:
        """Yield an event that is set when the process is to end, or at once if it already is."""
        self._install()
        stop = asyncio.Event()
        if self._is_terminating:
            stop.set()
        self._stops[stop] = asyncio.get_running_loop()
        try:
            yield stop
        finally:
            del self._stops[stop]

    def _install(self) -> None:
        if self._is_installed:
            return
        self._is_installed = True
        of_server = signal.getsignal(signal.SIGTERM)

        def handle(number: int, frame: FrameType | None) -> None:
            self._is_terminating = True
            for stop, loop in tuple(self._stops.items()):
                loop.call_soon_threadsafe(stop.set)
            if callable(of_server):
                of_server(number, frame)

        signal.signal(signal.SIGTERM, handle)


TERMINATION = Termination()
"""Of this process."""
