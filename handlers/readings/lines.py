"""Splits a stream of bytes into lines, with at most one batch of lines in memory."""

import codecs
from collections.abc import AsyncIterator
from dataclasses import dataclass

BYTE_ORDER_MARK = codecs.BOM_UTF8
LINE_BYTES_MAX = 2**20
BATCH_LINES_MAX = 1_000
BATCH_BYTES_MAX = 2**20
"""A batch ends with the line that reaches this size. Decoded lines may take thirty times as much memory."""
_BLANK = b" \t\r"


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line end, and the first line without the byte order mark of UTF-8.

    Attributes:
        number: from 0, counting blank lines.
        text: None if the line is longer than LINE_BYTES_MAX.
    """

    number: int
    text: bytes | None


class LineSplitter:
    r"""Splits chunks, which may be cut anywhere, into lines.

    Lines end with ``\n`` or ``\r\n``; the last line may have no end.
    """

    def __init__(self) -> None:
        self._number = 0
        self._partial = bytearray()
        self._is_too_long = False

    def feed(self, chunk: bytes) -> list[Line]:
        """Return the lines that end in this chunk."""
        *ended, rest = chunk.split(b"\n")
        lines = []
        for part in ended:
            self._add(part)
            lines.append(self._end_line())
        self._add(rest)
        return lines

    def end(self) -> list[Line]:
        """Return the last line if the stream ended without a line end."""
        return [self._end_line()] if self._partial or self._is_too_long else []

    def _add(self, part: bytes) -> None:
        # The rest of a line that is too long is dropped instead of kept in memory.
        if self._is_too_long or len(self._partial) + len(part) > LINE_BYTES_MAX:
            self._is_too_long = True
            self._partial.clear()
        else:
            self._partial += part

    def _end_line(self) -> Line:
        text = bytes(self._partial)
        if self._number == 0:
            text = text.removeprefix(BYTE_ORDER_MARK)
        line = Line(self._number, None if self._is_too_long else text)
        self._number += 1
        self._partial.clear()
        self._is_too_long = False
        return line


async def batches(chunks: AsyncIterator[bytes]) -> AsyncIterator[list[Line]]:
    """Yield the lines that are not blank, in batches that keep the limits."""
    splitter = LineSplitter()
    batch: list[Line] = []
    size = 0
    async for chunk in chunks:
        for line in splitter.feed(chunk):
            if _is_blank(line):
                continue
            batch.append(line)
            size += len(line.text or b"")
            if len(batch) == BATCH_LINES_MAX or size >= BATCH_BYTES_MAX:
                yield batch
                batch, size = [], 0
    batch += [line for line in splitter.end() if not _is_blank(line)]
    if batch:
        yield batch


def _is_blank(line: Line) -> bool:
    return line.text is not None and not line.text.strip(_BLANK)
