"""Lines do not depend on how the stream is cut into chunks, and at most one batch is in memory."""

from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.readings.lines import (
    BATCH_BYTES_MAX,
    BATCH_LINES_MAX,
    LINE_BYTES_MAX,
    Line,
    LineSplitter,
    batches,
)


def split(*chunks: bytes) -> list[tuple[int, bytes | None]]:
    splitter = LineSplitter()
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return [(line.number, line.text) for line in (*lines, *splitter.end())]


async def stream(chunks: Sequence[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def collect(*chunks: bytes) -> list[list[Line]]:
    return [batch async for batch in batches(stream(chunks))]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"a", [(0, b"a")]),
        (b"a\n", [(0, b"a")]),
        (b"a\nb", [(0, b"a"), (1, b"b")]),
        (b"\n\na\n", [(2, b"a")]),
        (b" \n\t\r\n\x0b\n", [(2, b"\x0b")]),
        (b"a\r\nb\r\n", [(0, b"a\r"), (1, b"b\r")]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb", [(0, b"a"), (1, b"\xef\xbb\xbfb")]),
        (b"\xef\xbb\xbf\na", [(1, b"a")]),
    ],
)
def test_a_line_ends_with_a_line_feed_or_with_the_stream(content: bytes, lines: list[tuple[int, bytes]]) -> None:
    assert split(content) == lines


_CONTENT = st.lists(st.sampled_from(["焊接😀", "{}", "\r", "\n", "\r\n", " ", '"\\u0041"']), max_size=30)


@settings(database=None, derandomize=True)
@given(_CONTENT, st.lists(st.integers(0, 300)))
def test_cuts_within_characters_and_line_ends_do_not_matter(content: list[str], cuts: list[int]) -> None:
    joined = "".join(content).encode()
    edges = sorted({0, len(joined), *(cut for cut in cuts if cut < len(joined))})
    chunks = [joined[start:end] for start, end in pairwise(edges)]

    assert split(*chunks) == split(joined) == split(*(joined[start : start + 1] for start in range(len(joined))))


@pytest.mark.parametrize("chunk_bytes", [1000, LINE_BYTES_MAX, 3 * LINE_BYTES_MAX])
def test_a_line_over_the_limit_is_dropped_and_the_next_one_is_read(chunk_bytes: int) -> None:
    content = b"first\n" + b"x" * (LINE_BYTES_MAX + 1) + b"\n" + b"y" * LINE_BYTES_MAX + b"\nlast"
    chunks = [content[start : start + chunk_bytes] for start in range(0, len(content), chunk_bytes)]

    assert split(*chunks) == [(0, b"first"), (1, None), (2, b"y" * LINE_BYTES_MAX), (3, b"last")]


def test_a_last_line_over_the_limit_is_reported_too() -> None:
    assert split(b"x" * LINE_BYTES_MAX, b"x") == [(0, None)]


async def test_blank_lines_are_counted_and_left_out() -> None:
    assert await collect(b"a\n\n \t\r\nb\n\r\n") == [[Line(0, b"a"), Line(3, b"b")]]
    assert await collect(b"\n\n \r\n") == []


async def test_a_batch_has_at_most_the_maximum_number_of_lines() -> None:
    found = await collect(b"x\n" * (2 * BATCH_LINES_MAX + 1))

    assert [len(batch) for batch in found] == [BATCH_LINES_MAX, BATCH_LINES_MAX, 1]


async def test_a_batch_of_long_lines_has_fewer_lines() -> None:
    found = await collect(*[b"x" * (BATCH_BYTES_MAX // 4) + b"\n"] * 9)

    assert [len(batch) for batch in found] == [4, 4, 1]
