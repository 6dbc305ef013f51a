"""What the demo writes to the terminal: a few lines that stay, and a progress line."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NoReturn, TextIO

LIVE_SECONDS_MIN = 15.0
LIVE_TICKS = 3
TERMINAL_SECONDS = 1.0
"""The progress line of a terminal is rewritten after this time."""
LINE_SECONDS = 30.0
"""A file or a pipe gets a new progress line after this time."""
CLEAR_LINE = "\r\x1b[K"


@dataclass(slots=True)
class Progress:
    """What the sender has done so far.

    Attributes:
        last_seen: by device code, when the device last sent a reading.
    """

    registered: int
    period_seconds: float
    sent: int = 0
    skipped: int = 0
    last_tick: datetime | None = None
    last_seen: dict[str, datetime] = field(default_factory=dict)

    def live(self, now: datetime) -> int:
        """Return how many devices sent a reading in the last 15 seconds or three ticks, whichever is longer."""
        since = now - timedelta(seconds=max(LIVE_SECONDS_MIN, LIVE_TICKS * self.period_seconds))
        return sum(ts >= since for ts in self.last_seen.values())

    def line(self, now: datetime) -> str:
        last = f"{self.last_tick.astimezone():%H:%M:%S}" if self.last_tick else "not yet"
        live = f"{self.live(now)} of {self.registered} devices live"
        skipped = f", {self.skipped} ticks skipped" if self.skipped else ""
        return f"{live}, {self.sent:,} readings sent, last tick {last}{skipped}"


class Console:
    """Writes to a stream; only a terminal has a line that can be overwritten."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._is_line_open = False

    def write(self, text: str) -> None:
        """Write a line that stays."""
        self._write(("\n" if self._is_line_open else "") + text + "\n")
        self._is_line_open = False

    async def follow(self, progress: Progress) -> NoReturn:
        """Show the progress until cancelled."""
        while True:
            await asyncio.sleep(TERMINAL_SECONDS if self._is_terminal else LINE_SECONDS)
            self.show(progress.line(datetime.now(UTC)))

    def show(self, line: str) -> None:
        """Write a progress line; on a terminal it overwrites the one before."""
        if not self._is_terminal:
            self.write(line)
            return
        self._write(CLEAR_LINE + line)
        self._is_line_open = True

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
