"""A TCP proxy that disturbs connections as networks, dying servers and captive portals do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

CHUNK_BYTES = 64 * 1024
GARBAGE = b"\x00\xff\x16\x03\x01 this is no known protocol \r\n\r\n" * 8
LOGIN_PAGE = b"<html><body>Please log in to use this network.</body></html>"
LOGIN_PAGE_RESPONSE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b"
    % (len(LOGIN_PAGE), LOGIN_PAGE)
)

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Mode(StrEnum):
    """What the proxy does to connections."""

    PASS = "pass"
    REFUSE = "refuse"
    HANG = "hang"
    DELAY = "delay"
    CUT = "cut"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the proxy does to every connection, including open ones.

    Attributes:
        mode: REFUSE closes the port; HANG accepts connections and forwards nothing; DELAY delays each chunk of a
            response; CUT forwards half of a chunk and closes; REPLACE sends ``response`` instead and closes.
    """

    mode: Mode = Mode.PASS
    delay_seconds: float = 0.0
    response: bytes = b""


PASSING = Behaviour()


class Proxy:
    """Forwards connections between clients and one server.

    Attributes:
        port: on loopback; it stays the same after REFUSE.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._behaviour = PASSING
        self._changed = asyncio.Condition()
        self._listener: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self.port = 0

    @classmethod
    @asynccontextmanager
    async def running(cls, connect: Connect) -> AsyncIterator["Proxy"]:
        """Run a proxy on a free loopback port."""
        proxy = cls(connect)
        await proxy._listen()
        try:
            yield proxy
        finally:
            await proxy._refuse()
            await proxy._cancel_connections()

    async def set_behaviour(self, behaviour: Behaviour) -> None:
        """Treat all connections like this from now on."""
        async with self._changed:
            self._behaviour = behaviour
            self._changed.notify_all()
        if behaviour.mode is Mode.REFUSE:
            await self._refuse()
        elif self._listener is None:
            await self._listen()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _refuse(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for client in tuple(self._clients):
            client.transport.abort()

    async def _cancel_connections(self) -> None:
        """Leave no task behind: the event loop may end next."""
        serving = tuple(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, client))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        self._clients.add(client)
        try:
            with contextlib.suppress(OSError):  # either side closed: for a proxy only the end of a connection
                await self._forward_both_ways(reader, client)
        finally:
            self._clients.discard(client)
            client.transport.abort()

    async def _forward_both_ways(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        upstream, server = await self._connect()
        pumps = [
            asyncio.create_task(_pump(reader, server, self._treat_request)),
            asyncio.create_task(_pump(upstream, client, self._treat_response)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.transport.abort()
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _treat_request(self, chunk: bytes) -> tuple[bytes, bool]:
        await self._wait_while_hung()
        return chunk, True

    async def _treat_response(self, chunk: bytes) -> tuple[bytes, bool]:
        """Return what is sent instead of this chunk, and whether the connection stays open."""
        await self._wait_while_hung()
        match self._behaviour.mode:
            case Mode.DELAY:
                await asyncio.sleep(self._behaviour.delay_seconds)
            case Mode.CUT:
                return chunk[: len(chunk) // 2], False
            case Mode.REPLACE:
                return self._behaviour.response, False
        return chunk, True

    async def _wait_while_hung(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._behaviour.mode is not Mode.HANG)


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    treat: Callable[[bytes], Awaitable[tuple[bytes, bool]]],
) -> None:
    with contextlib.suppress(OSError):  # the connection is closed: nothing is left to forward
        while chunk := await reader.read(CHUNK_BYTES):
            treated, stays_open = await treat(chunk)
            writer.write(treated)
            await writer.drain()
            if not stays_open:
                writer.close()  # data that was written is still sent
                await writer.wait_closed()
                return


def to_tcp(host: str, port: int) -> Connect:
    """Connect to a server by host and port."""
    return lambda: asyncio.open_connection(host, port)


def to_socket(path: str) -> Connect:
    """Connect to a server by its Unix socket."""
    return lambda: asyncio.open_unix_connection(path)
