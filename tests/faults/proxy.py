"""A TCP proxy that does to connections what networks, dying servers and wrong neighbours do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

CHUNK_BYTES = 64 * 1024
SECONDS_MAX = 60.0
GARBAGE = b"\x00\xff\x16\x03\x01 this is nobody's protocol \r\n\r\n" * 8
STRANGE_PAGE = b"<html><body>Please log in to use this network.</body></html>"
STRANGE_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (
    len(STRANGE_PAGE),
    STRANGE_PAGE,
)

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Way(StrEnum):
    """How connections are treated."""

    PASS = "pass"
    REFUSE = "refuse"
    HANG = "hang"
    DELAY = "delay"
    CUT = "cut"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Conduct:
    """What is done to every connection, open ones too.

    Attributes:
        way: REFUSE closes the port; HANG accepts and keeps everything; DELAY holds each piece of an answer back; CUT
            lets half of it through and resets; REPLACE answers with ``answer`` and closes.
    """

    way: Way = Way.PASS
    delay_seconds: float = 0.0
    answer: bytes = b""


PASSING = Conduct()


class Proxy:
    """Between a client and a server.

    Attributes:
        port: on loopback; the same after a refusal.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._conduct = PASSING
        self._changed = asyncio.Condition()
        self._listener: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0

    @classmethod
    @asynccontextmanager
    async def running(cls, connect: Connect) -> AsyncIterator["Proxy"]:
        """On a free port of loopback."""
        proxy = cls(connect)
        await proxy._listen()
        try:
            yield proxy
        finally:
            await proxy._refuse()
            await proxy._end()

    async def behave(self, conduct: Conduct) -> None:
        """From now on."""
        async with self._changed:
            self._conduct = conduct
            self._changed.notify_all()
        if conduct.way is Way.REFUSE:
            await self._refuse()
        elif self._listener is None:
            await self._listen()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._begin, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _refuse(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for client in tuple(self._clients):
            client.transport.abort()

    async def _end(self) -> None:
        """Nothing of it is left to the loop, which may end next."""
        serving = tuple(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, client))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        self._clients.add(client)
        try:
            with contextlib.suppress(OSError):  # either side is gone: to a proxy the end of a connection, no more
                await self._join(reader, client)
        finally:
            self._clients.discard(client)
            client.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        upstream, server = await self._connect()
        pumps = [
            asyncio.create_task(_pump(reader, server, self._forward)),
            asyncio.create_task(_pump(upstream, client, self._answer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.transport.abort()
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _forward(self, chunk: bytes) -> tuple[bytes, bool]:
        await self._unless_hung()
        return chunk, True

    async def _answer(self, chunk: bytes) -> tuple[bytes, bool]:
        """What becomes of a piece of an answer, and whether the connection goes on."""
        await self._unless_hung()
        match self._conduct.way:
            case Way.DELAY:
                await asyncio.sleep(self._conduct.delay_seconds)
            case Way.CUT:
                return chunk[: len(chunk) // 2], False
            case Way.REPLACE:
                return self._conduct.answer, False
        return chunk, True

    async def _unless_hung(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._conduct.way is not Way.HANG)


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    treat: Callable[[bytes], Awaitable[tuple[bytes, bool]]],
) -> None:
    with contextlib.suppress(OSError):  # gone: nothing to forward any more
        while chunk := await reader.read(CHUNK_BYTES):
            treated, goes_on = await treat(chunk)
            writer.write(treated)
            await writer.drain()
            if not goes_on:
                writer.close()  # what was written still goes out
                await writer.wait_closed()
                return


def to_tcp(host: str, port: int) -> Connect:
    """Connects to a server by name and port."""
    return lambda: asyncio.open_connection(host, port)


def to_socket(path: str) -> Connect:
    """Connects to a server by its Unix socket."""
    return lambda: asyncio.open_unix_connection(path)
