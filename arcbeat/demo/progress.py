"""What people see of the demo: a few lines, and one that goes on."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NoReturn, TextIO

LIVE_SECONDS_MIN = 15.0
LIVE_TICKS = 3
TERMINAL_SECONDS = 1.0
LINE_SECONDS = 30.0
CLEAR_LINE = "\r\x1b[K"


@dataclass(slots=True)
class Progress:
    """How far the sender is.

    Attributes:
        heard: when each device was last heard, by code.
    """

    registered: int
    period_seconds: float
    sent: int = 0
    skipped: int = 0
    last_tick: datetime | None = None
    heard: dict[str, datetime] = field(default_factory=dict)

    def live(self, now: datetime) -> int:
        """How many devices were heard just now."""
        since = now - timedelta(seconds=max(LIVE_SECONDS_MIN, LIVE_TICKS * self.period_seconds))
        return sum(ts >= since for ts in self.heard.values())

    def line(self, now: datetime) -> str:
        last = f"{self.last_tick.astimezone():%H:%M:%S}" if self.last_tick else "not yet"
        live = f"{self.live(now)} of {self.registered} devices live"
        skipped = f", {self.skipped} ticks skipped" if self.skipped else ""
        return f"{live}, {self.sent:,} readings sent, last tick {last}{skipped}"


class Console:
    """Standard output: on a terminal a line can be written over, elsewhere it stays."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._unfinished = False

    def say(self, text: str) -> None:
        """Write lines that stay."""
        self._write(("\n" if self._unfinished else "") + text + "\n")
        self._unfinished = False

    async def follow(self, progress: Progress) -> NoReturn:
        """Show the progress until cancelled."""
        while True:
            await asyncio.sleep(TERMINAL_SECONDS if self._is_terminal else LINE_SECONDS)
            self.show(progress.line(datetime.now(UTC)))

    def show(self, line: str) -> None:
        """In the place of the one before, where that is possible."""
        if not self._is_terminal:
            self.say(line)
            return
        self._write(CLEAR_LINE + line)
        self._unfinished = True

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
