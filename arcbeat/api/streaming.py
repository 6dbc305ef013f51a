"""Responses whose body is sent while it is produced."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from arcbeat.api.body.reading import ClientDisconnected

STALL_SECONDS = 60.0
"""A client that accepts no data for this long is disconnected, because its response may hold a store connection."""


class StreamedResponse(StreamingResponse):
    """Sends chunks as they are produced, no faster than the client accepts them.

    Nothing is sent before the first chunk exists, so that an error until then becomes a problem. A later error cuts
    the connection: the client sees that the response is incomplete.
    """

    def __init__(self, chunks: AsyncIterator[bytes], status: int, headers: Mapping[str, str]) -> None:
        super().__init__(chunks, status, headers)
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- the signature of ASGI
        # uvicorn silently discards what is sent to a client that has disconnected; only `receive` reports it
        tasks = sending, _ = (
            asyncio.create_task(self._send_all(send)),
            asyncio.create_task(_wait_for_disconnect(receive)),
        )
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
            await asyncio.sleep(0)  # other tasks run even if chunks are produced and accepted at full speed
    except TimeoutError as error:
        raise ClientDisconnected from error


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
