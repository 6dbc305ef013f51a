"""Lines of a stream that comes in pieces, which may be cut anywhere; no more than one batch of them is held."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

LINE_BYTES_MAX = 2**20
BATCH_LINES_MAX = 1_000
BATCH_BYTES_MAX = 2**20
"""A batch ends with the line that reaches it. As objects of Python lines may take thirty times as much."""
_BLANK = b" \t\r"


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end.

    Attributes:
        number: from 0, blank lines counted.
        text: None where it is longer than LINE_BYTES_MAX.
    """

    number: int
    text: bytes | None


class LineSplitter:
    """Takes pieces, gives lines. They end with ``\\n``, or ``\\r\\n``; the last one need not end."""

    def __init__(self) -> None:
        self._number = 0
        self._begun = bytearray()
        self._is_too_long = False

    def feed(self, piece: bytes) -> list[Line]:
        """The lines that end in this piece."""
        *ended, rest = piece.split(b"\n")
        lines = []
        for part in ended:
            self._add(part)
            lines.append(self._end_line())
        self._add(rest)
        return lines

    def end(self) -> list[Line]:
        """The line that was begun, if there is one."""
        return [self._end_line()] if self._begun or self._is_too_long else []

    def _add(self, part: bytes) -> None:
        if self._is_too_long or len(self._begun) + len(part) > LINE_BYTES_MAX:
            self._is_too_long = True
            self._begun.clear()
        else:
            self._begun += part

    def _end_line(self) -> Line:
        line = Line(self._number, None if self._is_too_long else bytes(self._begun))
        self._number += 1
        self._begun.clear()
        self._is_too_long = False
        return line


async def batches(pieces: AsyncIterator[bytes]) -> AsyncIterator[list[Line]]:
    """Lines that are not blank, as many at a time as may be held together."""
    splitter = LineSplitter()
    batch: list[Line] = []
    size = 0
    async for piece in pieces:
        for line in splitter.feed(piece):
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
