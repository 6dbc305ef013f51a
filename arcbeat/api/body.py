"""Reads the body of a request within limits of size and time."""

import asyncio
from collections.abc import AsyncIterator

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from arcbeat.domain.errors import InputError, InvalidInput, PayloadTooLarge

BODY_BYTES_MAX = 8 * 1024 * 1024
FORM_FIELDS_MAX = 100
BODY_TIMEOUT_SECONDS = 30.0
"""For a whole body; of a streamed body, for each chunk."""


class ClientDisconnected(Exception):
    """The client disconnected before it had sent the whole body, or received the whole response."""


async def read_body(scope: Scope, receive: Receive, bytes_max: int = BODY_BYTES_MAX) -> bytes:
    """Return the whole body.

    Raises:
        PayloadTooLarge: it exceeds ``bytes_max``.
        InvalidInput: it did not arrive in time.
        ClientDisconnected: the client disconnected.
    """
    if int(Headers(scope=scope).get("content-length", "0")) > bytes_max:
        raise PayloadTooLarge(f"The body exceeds {bytes_max} bytes.")
    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
            return await _collect(receive, bytes_max)
    except TimeoutError as error:
        raise InvalidInput((InputError("body", "", f"did not arrive within {BODY_TIMEOUT_SECONDS:g} s"),)) from error


async def stream_body(receive: Receive) -> AsyncIterator[bytes]:
    """Yield the chunks of a body of any size as they arrive.

    Raises:
        InvalidInput: the next chunk did not arrive in time.
        ClientDisconnected: the client disconnected.
    """
    more = True
    while more:
        try:
            async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
                message = await receive()
        except TimeoutError as error:
            raise InvalidInput((InputError("body", "", f"paused for more than {BODY_TIMEOUT_SECONDS:g} s"),)) from error
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        yield message.get("body", b"")
        more = message.get("more_body", False)


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
            raise PayloadTooLarge(f"The body exceeds {bytes_max} bytes.")
        if not message.get("more_body", False):
            return b"".join(chunks)
