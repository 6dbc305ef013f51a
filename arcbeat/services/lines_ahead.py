"""Reads and decodes the lines of a stream while those before them are stored.

A slow stream is stored as it arrives. Of a fast one, what arrives during an append is stored together by the next.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from arcbeat.domain.readings.plain_batches import PlainBatch
from arcbeat.services.sent_batches import UnreadBatch

TOGETHER_BYTES_MAX = 2 * 2**20
"""The size of the lines that are stored together, and of those that are read ahead, with the last that exceed it."""

GATHER_SECONDS = 0.01
"""How long lines wait for further ones, until the limits are reached."""


class PlainLines(Protocol):
    """Decodes and stores plain lines of one device type."""

    @property
    def readings_together_max(self) -> int:
        """How many readings are best stored by one append."""
        ...

    async def decode(self, lines: Sequence[bytes]) -> PlainBatch | None:
        """Return the readings, one per line, or None if they must be read one by one."""
        ...

    async def append(self, batch: PlainBatch, text_bytes: int) -> bool:
        """Store all readings and return True, or return False if they must be appended one by one.

        Raises:
            StoreError: a store failed.
        """
        ...


@dataclass(frozen=True, slots=True)
class ReadLines:
    """Lines that were read.

    Attributes:
        plain: their readings; None if they must be read one by one.
        bytes: the size of the lines if they are plain.
    """

    unread: UnreadBatch
    plain: PlainBatch | None
    bytes: int = 0

    @property
    def size(self) -> int:
        """The number of readings; 0 if they must be read."""
        return 0 if self.plain is None else self.plain.size


class LinesAhead:
    """The batches of a stream, in order."""

    def __init__(self, plain: PlainLines) -> None:
        self._plain = plain
        self._waiting: deque[ReadLines] = deque()
        self._is_stored = True
        self._changed = asyncio.Event()

    async def read(self, batches: AsyncIterator[UnreadBatch]) -> None:
        """Read batches until the limits are reached, or one is not plain; then wait until what was read is stored."""
        async for batch in batches:
            self._waiting.append(await self._decoded(batch))
            self._changed.set()
            await self._until(self._may_read_on)

    async def together(self, reading: "asyncio.Task[None]") -> AsyncGenerator[Sequence[ReadLines], None]:
        """Yield what was read: plain batches that can be stored together, or one that is not plain.

        Raises:
            InvalidInput: the stream ended early; all batches before were yielded.
        """
        reading.add_done_callback(lambda _: self._changed.set())
        while True:
            await self._until(lambda: bool(self._waiting) or reading.done())
            if not self._waiting:
                await reading
                return
            await self._gather(reading)
            taken = self._take()
            self._is_stored = taken[0].plain is not None
            self._changed.set()
            yield taken
            self._is_stored = True
            self._changed.set()

    async def _gather(self, reading: "asyncio.Task[None]") -> None:
        """Wait a moment for what follows at once, so that the first lines of a fast stream are stored with the next."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GATHER_SECONDS):
                await self._until(lambda: reading.done() or not self._may_read_on())

    async def _decoded(self, batch: UnreadBatch) -> ReadLines:
        plain = None if batch.lines is None else await self._plain.decode(batch.lines)
        if batch.lines is None or plain is None:
            return ReadLines(batch, None)
        return ReadLines(batch, plain, sum(map(len, batch.lines)))

    def _may_read_on(self) -> bool:
        if not self._waiting:
            return self._is_stored
        readings = sum(each.size for each in self._waiting)
        text_bytes = sum(each.bytes for each in self._waiting)
        is_plain = self._waiting[-1].plain is not None
        return is_plain and readings < self._plain.readings_together_max and text_bytes < TOGETHER_BYTES_MAX

    def _take(self) -> Sequence[ReadLines]:
        """Remove and return the first batches that can be stored together."""
        taken = [self._waiting.popleft()]
        first = taken[0].plain
        while first is not None and self._waiting and (following := self._waiting[0].plain) is not None:
            added = [*taken, self._waiting[0]]
            size = sum(each.size for each in added)
            if (
                following.columns is not first.columns
                or size > self._plain.readings_together_max
                or sum(each.bytes for each in added) > TOGETHER_BYTES_MAX
            ):
                break
            taken.append(self._waiting.popleft())
        return taken

    async def _until(self, is_true: Callable[[], bool]) -> None:
        while not is_true():
            self._changed.clear()
            await self._changed.wait()
