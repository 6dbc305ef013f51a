"""How SIGINT and SIGTERM stop the commands."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

GRACE_SECONDS = 12.0
"""How long a run may go on after SIGTERM before it is cancelled. With CLOSE_SECONDS and FINISH_STOPPING_SECONDS of the
runner, the process ends within 30 seconds."""


@asynccontextmanager
async def stop_after_grace() -> AsyncIterator[asyncio.Event]:
    """Yield an event that is set by SIGINT at once and by SIGTERM after a grace period, or by a second signal."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []

    def terminate() -> None:
        timers.append(loop.call_later(0 if timers else GRACE_SECONDS, stop.set))

    loop.add_signal_handler(signal.SIGINT, stop.set)
    loop.add_signal_handler(signal.SIGTERM, terminate)
    try:
        yield stop
    finally:
        for timer in timers:
            timer.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def stop_at_once() -> asyncio.Event:
    """Return an event that is set by SIGINT and SIGTERM. Requires a running event loop."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
