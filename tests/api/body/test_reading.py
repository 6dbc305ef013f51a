"""Tests of reading bodies: their Content-Length, their size, and the pace of streams."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Message

from arcbeat.api.body.reading import BODY_TIMEOUT_SECONDS, STREAM_BYTES_PER_SECOND_MIN, read_body, stream_body
from arcbeat.domain.errors import ArcbeatError, InvalidInput, PayloadTooLarge


def with_content_length(text: str) -> dict[str, Any]:
    return {"type": "http", "headers": [(b"content-length", text.encode("latin-1"))]}


async def receive_nothing() -> Message:
    raise AssertionError("the body is read")


async def receive_ten_bytes() -> Message:
    return {"type": "http.request", "body": b"0123456789", "more_body": False}


@pytest.mark.parametrize("text", ["abc", "-1", "", "1e3", "1_000", "+10", "0x10", " 10", "10, 10", "²", "1.0", "\x00"])
async def test_a_content_length_that_is_no_number_is_rejected_before_the_body_is_read(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await read_body(with_content_length(text), receive_nothing)

    [error] = caught.value.errors
    assert (error.location, error.name) == ("header", "Content-Length")


@pytest.mark.parametrize("text", ["11", str(2**63), "9" * 19, "9" * 5_000])
async def test_a_content_length_beyond_the_limit_is_rejected_before_the_body_is_read(text: str) -> None:
    with pytest.raises(PayloadTooLarge):
        await read_body(with_content_length(text), receive_nothing, bytes_max=10)


@pytest.mark.parametrize("text", ["10", "0", "0000000010"])
async def test_the_content_length_is_only_a_hint(text: str) -> None:
    assert await read_body(with_content_length(text), receive_ten_bytes, bytes_max=10) == b"0123456789"

    with pytest.raises(PayloadTooLarge):
        await read_body(with_content_length(text), receive_ten_bytes, bytes_max=9)


class SlowSender:
    """Sends chunks, each after some seconds of a clock that only the sender moves."""

    def __init__(self, chunk_bytes: int, seconds: float, chunks: int) -> None:
        self._left: Iterator[Message] = (
            {"type": "http.request", "body": b"x" * chunk_bytes, "more_body": number < chunks - 1}
            for number in range(chunks)
        )
        self._seconds = seconds
        self._now = 0.0
        self.received = 0

    def monotonic(self) -> float:
        return self._now

    async def receive(self) -> Message:
        self._now += self._seconds
        self.received += 1
        return next(self._left)

    async def stream(self, seconds_per_chunk: float = 0.0) -> int:
        """Return the length of the streamed body, each of whose chunks takes some time to process."""
        size = 0
        async for chunk in stream_body(self.receive, self.monotonic):
            size += len(chunk)
            self._now += seconds_per_chunk
        return size


async def test_a_stream_that_drips_is_ended() -> None:
    sender = SlowSender(chunk_bytes=1, seconds=5, chunks=1_000)

    with pytest.raises(ArcbeatError) as caught:
        await sender.stream()

    [error] = caught.value.errors
    assert error.detail == f"must arrive with at least {STREAM_BYTES_PER_SECOND_MIN} bytes per second"
    assert sender.received == BODY_TIMEOUT_SECONDS / 5 + 1


@pytest.mark.parametrize(
    ("chunk_bytes", "seconds"),
    [(5 * STREAM_BYTES_PER_SECOND_MIN, 5), (2**20, 29)],
    ids=["at the least pace", "large chunks with pauses"],
)
async def test_a_stream_with_the_least_pace_may_take_any_time(chunk_bytes: int, seconds: float) -> None:
    sender = SlowSender(chunk_bytes, seconds, chunks=100)

    assert await sender.stream() == 100 * chunk_bytes


async def test_the_time_in_which_a_chunk_is_processed_does_not_count() -> None:
    sender = SlowSender(chunk_bytes=1, seconds=0.1, chunks=100)

    assert await sender.stream(seconds_per_chunk=1_000) == 100
