"""Splits a stream of bytes into lines, with at most one batch of lines in memory."""

import codecs
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

BYTE_ORDER_MARK = codecs.BOM_UTF8
LINE_BYTES_MAX = 2**20
BATCH_LINES_MAX = 1_000
BATCH_BYTES_MAX = 2**20
"""A batch ends with the line that reaches this size. Decoded lines may take thirty times as much memory."""
_BLANK = b" \t\r"


class Line(NamedTuple):
    """A line without its line end, and the first line without the byte order mark of UTF-8.

    Attributes:
        number: from 0, counting blank lines.
        text: None if the line is longer than LINE_BYTES_MAX.
    """

    number: int
    text: bytes | None


class LineSplitter:
    r"""Splits chunks, which may be cut anywhere, into the lines that are not blank.

    Lines end with ``\n`` or ``\r\n``; the last line may have no end.
    """

    def __init__(self) -> None:
        self._number = 0
        self._partial = bytearray()
        self._is_too_long = False

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """Yield the lines that end in this chunk."""
        first, *others = chunk.split(b"\n")
        self._add(first)
        if not others:
            return
        yield from self.end()
        *complete, rest = others
        for part in complete:  # a chunk may have as many lines as bytes, so this loop does little
            if part.strip(_BLANK):
                yield Line(self._number, part if len(part) <= LINE_BYTES_MAX else None)
            self._number += 1
        self._add(rest)

    def end(self) -> Iterator[Line]:
        """End the present line, and yield it unless it is blank."""
        text: bytes | None = bytes(self._partial)
        if self._is_too_long:
            text = None
        elif self._number == 0:
            text = bytes(self._partial).removeprefix(BYTE_ORDER_MARK)
        if text is None or text.strip(_BLANK):
            yield Line(self._number, text)
        self._number += 1
        self._partial.clear()
        self._is_too_long = False

    def _add(self, part: bytes) -> None:
        # The rest of a line that is too long is dropped instead of kept in memory.
        if self._is_too_long or len(self._partial) + len(part) > LINE_BYTES_MAX:
            self._is_too_long = True
            self._partial.clear()
        else:
            self._partial += part


async def batches(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[Line]]:
    """Yield the lines that are not blank, in batches that keep the limits."""
    splitter = LineSplitter()
    batch: list[Line] = []
    size = 0
    async for chunk in chunks:
        for line in splitter.feed(chunk):
            batch.append(line)
            size += len(line.text or b"")
            if len(batch) == BATCH_LINES_MAX or size >= BATCH_BYTES_MAX:
                yield batch
                batch, size = [], 0
    batch += splitter.end()
    if batch:
        yield batch
