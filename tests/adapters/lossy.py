"""A TCP proxy that loses one response on request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

CHUNK_BYTES = 64 * 1024


class LossyProxy:
    """Forwards everything.

    Attributes:
        loses_next: the next response is lost, and the connection ends with it.
        port: on loopback.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname, parts.port)
        self.loses_next = False
        self.port = 0

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str) -> AsyncIterator["LossyProxy"]:
        line = cls(url)
        listener = await asyncio.start_server(line._serve, "127.0.0.1", 0)
        line.port = listener.sockets[0].getsockname()[1]
        try:
            yield line
        finally:
            listener.close()

    async def _serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        upstream, server = await asyncio.open_connection(*self._server)
        ways = [asyncio.create_task(_forward(reader, server)), asyncio.create_task(self._answer(upstream, client))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for writer in (client, server):
            writer.transport.abort()

    async def _answer(self, upstream: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        while chunk := await upstream.read(CHUNK_BYTES):
            if self.loses_next:
                self.loses_next = False
                return
            client.write(chunk)


async def _forward(reader: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(CHUNK_BYTES):
        server.write(chunk)
