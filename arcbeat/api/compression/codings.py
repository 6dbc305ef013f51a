"""The content codings of responses: whole bodies, and bodies that are sent while they are produced."""

import gzip
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import brotli
import zstandard

# These levels leave a tenth of a page of readings. Higher ones save a few percent more, and take several times as long.
ZSTD_LEVEL = 3
BROTLI_QUALITY = 4
GZIP_LEVEL = 4
REPEATED_BYTES_MAX = 16 * 1024
"""Larger bodies are compressed each time, unless they are shared."""
REPEATED_BODIES_MAX = 128
"""The size limit of the cache of compressed forms; with the bodies, it takes at most some 3 MiB."""
BROTLI_STREAM_WINDOW_BITS = 18
"""256 KiB; the default of 4 MiB would be allocated for each export."""


class StreamEncoder:
    """Compresses a body chunk by chunk. All of a chunk can be decompressed as soon as its result is received.

    Args:
        compress: compresses a chunk; may keep a part of it back.
        flush: returns what was kept back.
        finish: returns what was kept back, and the end of the body.
    """

    def __init__(
        self, compress: Callable[[bytes], bytes], flush: Callable[[], bytes], finish: Callable[[], bytes]
    ) -> None:
        self._compress = compress
        self._flush = flush
        self._finish = finish

    def chunk(self, content: bytes) -> bytes:
        return self._compress(content) + self._flush()

    def last(self, content: bytes) -> bytes:
        return self._compress(content) + self._finish()


@dataclass(frozen=True, slots=True, eq=False)
class Coding:
    """One content coding.

    Attributes:
        name: as in Content-Encoding, and at the end of ETags.
        compress: compresses a whole body. It releases the interpreter lock, so it may run in a thread.
        stream: starts a body that is sent while it is produced.
    """

    name: str
    compress: Callable[[bytes], bytes]
    stream: Callable[[], StreamEncoder]

    @property
    def header(self) -> bytes:
        return self.name.encode()


@lru_cache(REPEATED_BODIES_MAX)
def compress_repeated(coding: Coding, body: bytes) -> bytes:
    """Return the compressed form of a body of at most REPEATED_BYTES_MAX.

    Until the readings change, each request for a page makes the same body anew, and finding it costs a tenth of
    compressing it.
    """
    return coding.compress(body)


class _ZstdOfThread(threading.local):
    """A compressor per thread: it may be used for one body at a time, and costs more to create than to use."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=ZSTD_LEVEL)


_ZSTD = _ZstdOfThread()


def _zstd(body: bytes) -> bytes:
    return _ZSTD.compressor.compress(body)


def _zstd_stream() -> StreamEncoder:
    encoder = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compressobj()
    return StreamEncoder(
        encoder.compress,
        lambda: encoder.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK),
        lambda: encoder.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH),
    )


def _brotli(body: bytes) -> bytes:
    compressed: bytes = brotli.compress(body, quality=BROTLI_QUALITY)
    return compressed


def _brotli_stream() -> StreamEncoder:
    encoder: Any = brotli.Compressor(quality=BROTLI_QUALITY, lgwin=BROTLI_STREAM_WINDOW_BITS)
    return StreamEncoder(encoder.process, encoder.flush, encoder.finish)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def _gzip_stream() -> StreamEncoder:
    encoder = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return StreamEncoder(encoder.compress, lambda: encoder.flush(zlib.Z_SYNC_FLUSH), encoder.flush)


BROTLI = Coding("br", _brotli, _brotli_stream)
GZIP = Coding("gzip", _gzip, _gzip_stream)
CODINGS = (Coding("zstd", _zstd, _zstd_stream), BROTLI, GZIP)
"""All codings, the cheapest first; it is chosen if a client prefers none."""
