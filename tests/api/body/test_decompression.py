"""Bodies that are compressed with gzip: their content, their bounds, and what is wrong with them."""

import gzip
import tracemalloc
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.api.body.decompression import PIECE_BYTES_MAX, GzipDecoder, decompress, decompressed, is_gzip
from arcbeat.domain.errors import InvalidInput, PayloadTooLarge, UnsupportedContentCoding

MIB = 2**20


async def chunks(*given: bytes) -> AsyncIterator[bytes]:
    for chunk in given:
        yield chunk


@given(st.lists(st.binary(max_size=300), max_size=4), st.integers(1, 50))
async def test_any_members_in_any_chunks_are_decompressed(members: list[bytes], size: int) -> None:
    sent = b"".join(map(gzip.compress, members)) or gzip.compress(b"")
    parts = [sent[start : start + size] for start in range(0, len(sent), size)]

    content = b"".join([piece async for piece in decompressed(chunks(*parts))])

    assert content == decompress(sent, MIB) == b"".join(members)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_body_that_is_cut_off_is_rejected(content: bytes, data: st.DataObject) -> None:
    sent = gzip.compress(content)
    cut = data.draw(st.integers(0, len(sent) - 1))

    with pytest.raises(InvalidInput):
        decompress(sent[:cut], MIB)


@pytest.mark.parametrize(
    "body", [b"{}", b"\x1f\x8b", b"\x1f\x8b\x08\x00junk......", gzip.compress(b"{}", mtime=0) + b"junk"]
)
def test_a_body_that_is_not_gzip_is_rejected(body: bytes) -> None:
    with pytest.raises(InvalidInput) as rejected:
        decompress(body, MIB)

    assert "gzip" in rejected.value.errors[0].detail


def test_a_bomb_is_rejected_at_the_limit_and_never_in_memory() -> None:
    bomb = gzip.compress(bytes(256 * MIB), 9)
    tracemalloc.start()
    try:
        with pytest.raises(PayloadTooLarge):
            decompress(bomb, MIB)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 4 * MIB


async def test_a_stream_is_bounded_and_arrives_in_small_pieces() -> None:
    bomb = gzip.compress(bytes(8 * MIB), 9)
    sizes: list[int] = []

    async def read() -> None:
        async for piece in decompressed(chunks(bomb), bytes_max=4 * MIB):
            sizes.append(len(piece))  # noqa: PERF401 -- the pieces before the error count

    with pytest.raises(PayloadTooLarge):
        await read()

    assert max(sizes) <= PIECE_BYTES_MAX
    assert sum(sizes) == 4 * MIB


def test_the_limit_itself_is_allowed() -> None:
    assert len(decompress(gzip.compress(bytes(1000)), 1000)) == 1000


def test_many_empty_members_are_no_content() -> None:
    decoder = GzipDecoder(0)

    assert list(decoder.pieces(gzip.compress(b"") * 1000)) == []
    decoder.finish()


@pytest.mark.parametrize(("header", "expected"), [("", False), ("identity", False), ("GZIP", True), (" x-gzip ", True)])
def test_gzip_is_recognised(header: str, *, expected: bool) -> None:
    assert is_gzip(header) is expected


@pytest.mark.parametrize("header", ["br", "zstd", "deflate", "gzip, gzip", "gzip, br", "compress", "gzip;q=1"])
def test_other_codings_are_rejected(header: str) -> None:
    with pytest.raises(UnsupportedContentCoding, match="gzip only"):
        is_gzip(header)
