"""Answers that are sent while they are made."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from arcbeat.api.body import ClientDisconnected

STALL_SECONDS = 60.0
"""A client that takes nothing for so long is gone: what makes its answer holds connections of a store."""


class StreamedResponse(StreamingResponse):
    """Chunks as they are made, at the pace of the client.

    Nothing is sent before the first chunk is there, so that what fails until then is told as a problem. What fails
    later cuts the connection: the client sees an answer that does not end, and never takes a part for the whole.
    """

    def __init__(self, chunks: AsyncIterator[bytes], status: int, headers: Mapping[str, str]) -> None:
        super().__init__(chunks, status, headers)
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- the shape of ASGI
        # uvicorn takes what is sent to a client that has gone without a word; only `receive` tells
        tasks = sending, _ = asyncio.create_task(self._send_all(send)), asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                raise ClientDisconnected
            sending.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            if isinstance(self._chunks, AsyncGenerator):
                await self._chunks.aclose()

    async def _send_all(self, send: Send) -> None:
        first = await anext(self._chunks, b"")
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await _send(send, first)
        async for chunk in self._chunks:
            await _send(send, chunk)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send(send: Send, chunk: bytes) -> None:
    try:
        async with asyncio.timeout(STALL_SECONDS):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(0)  # others have their turn, however fast chunks are made and taken
    except TimeoutError as error:
        raise ClientDisconnected from error


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
