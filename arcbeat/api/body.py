"""The body of a request, within bounds of size and time."""

import asyncio
from collections.abc import AsyncIterator

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from arcbeat.domain.errors import InputError, InvalidInput, PayloadTooLarge

BODY_BYTES_MAX = 8 * 1024 * 1024
FORM_FIELDS_MAX = 100
BODY_TIMEOUT_SECONDS = 30.0


class ClientDisconnected(Exception):
    """The client went away before it had said everything."""


async def read_body(scope: Scope, receive: Receive, max_bytes: int = BODY_BYTES_MAX) -> bytes:
    """The whole body.

    Raises:
        PayloadTooLarge: it is larger than ``max_bytes``.
        InvalidInput: it did not arrive in time.
        ClientDisconnected: there is nobody left to answer.
    """
    if int(Headers(scope=scope).get("content-length", "0")) > max_bytes:
        raise PayloadTooLarge(f"The body may have {max_bytes} bytes.")
    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
            return await _collect(receive, max_bytes)
    except TimeoutError as error:
        raise InvalidInput((InputError("body", "", f"did not arrive in {BODY_TIMEOUT_SECONDS:g} s"),)) from error


async def stream_body(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it comes in, whatever its size; nobody is waited for longer than the timeout at any one time.

    Raises:
        InvalidInput: the rest did not arrive in time.
        ClientDisconnected: there is nobody left to answer.
    """
    more = True
    while more:
        try:
            async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
                message = await receive()
        except TimeoutError as error:
            raise InvalidInput((InputError("body", "", f"stopped for {BODY_TIMEOUT_SECONDS:g} s"),)) from error
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _collect(receive: Receive, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > max_bytes:
            raise PayloadTooLarge(f"The body may have {max_bytes} bytes.")
        if not message.get("more_body", False):
            return b"".join(chunks)
