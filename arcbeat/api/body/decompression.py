"""Decompresses the bodies of requests, in pieces of bounded size and up to a total size."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator

from arcbeat.domain.errors import InvalidInput, PayloadTooLarge, UnsupportedContentCoding

PIECE_BYTES_MAX = 64 * 1024
"""What is decompressed at a time: a body of 1 MiB may hold 1 GiB, of which only this much is in memory."""
STREAM_BYTES_MAX = 2**30
"""The decompressed size of a body that is streamed. One that is not compressed may be larger."""
_GZIP = frozenset({"gzip", "x-gzip"})
_WINDOW_BITS = 16 + zlib.MAX_WBITS
"""Accepts the format of gzip only."""


def is_gzip(content_encoding: str) -> bool:
    """Return whether a body with this Content-Encoding header is compressed with gzip.

    Raises:
        UnsupportedContentCoding: it is compressed in another way, or several times.
    """
    coding = content_encoding.strip().lower()
    if coding in {"", "identity"}:
        return False
    if coding in _GZIP:
        return True
    raise UnsupportedContentCoding


class GzipDecoder:
    """Decompresses gzip, of which a body may hold several members one after another.

    Args:
        bytes_max: the size limit of the decompressed body.
    """

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._bytes = 0
        self._member = zlib.decompressobj(_WINDOW_BITS)
        self._is_complete = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk holds.

        Raises:
            InvalidInput: the chunk is not gzip.
            PayloadTooLarge: the decompressed body exceeds the limit.
        """
        data = chunk
        while data:
            if self._is_complete:
                self._member, self._is_complete = zlib.decompressobj(_WINDOW_BITS), False
            try:
                piece = self._member.decompress(data, PIECE_BYTES_MAX)
            except zlib.error as error:
                raise InvalidInput.of_body("is not gzip, which Content-Encoding announces") from error
            self._count(len(piece))
            if piece:
                yield piece
            self._is_complete = self._member.eof
            data = self._member.unused_data if self._is_complete else self._member.unconsumed_tail

    def finish(self) -> None:
        """Check that the body has ended. Raises InvalidInput if a part of it is missing."""
        if not self._is_complete:
            raise InvalidInput.of_body("ends before the end of its gzip data")

    def _count(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self._bytes_max:
            raise PayloadTooLarge(
                f"The decompressed body exceeds the size limit of {self._bytes_max} bytes; send it in smaller parts."
            )


def decompress(body: bytes, bytes_max: int) -> bytes:
    """Return a whole body that was compressed with gzip.

    Raises:
        InvalidInput: it is not gzip.
        PayloadTooLarge: it exceeds ``bytes_max``.
    """
    decoder = GzipDecoder(bytes_max)
    content = b"".join(decoder.pieces(body))
    decoder.finish()
    return content


async def decompressed(chunks: AsyncIterator[bytes], bytes_max: int = STREAM_BYTES_MAX) -> AsyncIterator[bytes]:
    """Yield a streamed body piece by piece. Raises as :func:`decompress` does."""
    decoder = GzipDecoder(bytes_max)
    async for chunk in chunks:
        for piece in decoder.pieces(chunk):
            yield piece
            await asyncio.sleep(0)  # other tasks run between the pieces of one chunk
    decoder.finish()
