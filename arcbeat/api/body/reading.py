"""Reads the body of a request within limits of size and time."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from arcbeat.domain.errors import InputError, InvalidInput, PayloadTooLarge

BODY_BYTES_MAX = 2**20
"""For an operation whose contract has no `x-body-bytes-max`."""
BODY_TIMEOUT_SECONDS = 30.0
"""For a whole body; of a streamed body, for each chunk."""
STREAM_BYTES_PER_SECOND_MIN = 1024
"""The average pace of a streamed body, after its first `BODY_TIMEOUT_SECONDS`."""

Monotonic = Callable[[], float]


class ClientDisconnected(Exception):
    """The client disconnected before it had sent the whole body, or received the whole response."""


async def read_body(scope: Scope, receive: Receive, bytes_max: int = BODY_BYTES_MAX) -> bytes:
    """Return the whole body.

    Raises:
        PayloadTooLarge: it exceeds ``bytes_max``.
        InvalidInput: it did not arrive in time, or its Content-Length is not a number.
        ClientDisconnected: the client disconnected.
    """
    _check_content_length(Headers(scope=scope).get("content-length", "0"), bytes_max)
    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
            return await _collect(receive, bytes_max)
    except TimeoutError as error:
        raise InvalidInput.of_body(f"did not arrive within {BODY_TIMEOUT_SECONDS:g} s") from error


async def stream_body(receive: Receive, monotonic: Monotonic = time.monotonic) -> AsyncIterator[bytes]:
    """Yield the chunks of a body of any size as they arrive.

    Only the time in which the sender is waited for counts, not the time in which a chunk is processed.

    Raises:
        InvalidInput: the next chunk did not arrive in time, or the body arrives too slowly.
        ClientDisconnected: the client disconnected.
    """
    seconds_left = BODY_TIMEOUT_SECONDS
    more = True
    while more:
        started = monotonic()
        message = await _next_chunk(receive)
        chunk = message.get("body", b"")
        seconds_left += len(chunk) / STREAM_BYTES_PER_SECOND_MIN - (monotonic() - started)
        if seconds_left < 0:
            raise InvalidInput.of_body(f"must arrive with at least {STREAM_BYTES_PER_SECOND_MIN} bytes per second")
        yield chunk
        more = message.get("more_body", False)


def _check_content_length(text: str, bytes_max: int) -> None:
    if not (text.isascii() and text.isdigit()):
        detail = "is not a number of bytes, for example 128"
        raise InvalidInput((InputError("header", "Content-Length", detail),))
    if len(text) > 18 or int(text) > bytes_max:  # int() rejects thousands of digits
        raise _too_large(bytes_max)


async def _next_chunk(receive: Receive) -> Message:
    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
            message = await receive()
    except TimeoutError as error:
        raise InvalidInput.of_body(f"paused for more than {BODY_TIMEOUT_SECONDS:g} s") from error
    if message["type"] == "http.disconnect":
        raise ClientDisconnected
    return message


async def _collect(receive: Receive, bytes_max: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > bytes_max:
            raise _too_large(bytes_max)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _too_large(bytes_max: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"The body exceeds {bytes_max} bytes.")
