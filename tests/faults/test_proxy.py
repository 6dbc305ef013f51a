"""The proxy treats connections as its behaviour says."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.proxy import GARBAGE, PASSING, Behaviour, Mode, Proxy, to_tcp

RESPONSE = b"0123456789"
TIMEOUT_SECONDS = 20.0


@pytest_asyncio.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """A proxy in front of a server that responds to all data with RESPONSE."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            writer.write(RESPONSE)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, Proxy.running(to_tcp(*server.sockets[0].getsockname())) as proxy:
        yield proxy


class Client:
    """One connection through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, proxy: Proxy) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", proxy.port))

    def send(self) -> None:
        self._writer.write(b"?")

    async def receive(self) -> bytes:
        """Return a complete response, or what was received before the connection ended."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            try:
                return await self._reader.readexactly(len(RESPONSE))
            except asyncio.IncompleteReadError as error:
                return error.partial
            finally:
                self._writer.transport.abort()

    async def ask(self) -> bytes:
        self.send()
        return await self.receive()


@pytest.mark.parametrize(
    ("behaviour", "received"),
    [
        (PASSING, RESPONSE),
        (Behaviour(Mode.DELAY, delay_seconds=0.01), RESPONSE),
        (Behaviour(Mode.CUT), RESPONSE[:5]),
        (Behaviour(Mode.REPLACE, response=GARBAGE), GARBAGE[: len(RESPONSE)]),
    ],
    ids=lambda value: value.mode if isinstance(value, Behaviour) else "",
)
async def test_responses_are_treated_as_the_behaviour_says(proxy: Proxy, behaviour: Behaviour, received: bytes) -> None:
    await proxy.set_behaviour(behaviour)

    assert await (await Client.connect(proxy)).ask() == received


async def test_refusing_closes_open_connections_and_the_port_which_is_the_same_afterwards(proxy: Proxy) -> None:
    client = await Client.connect(proxy)
    client.send()
    await proxy.set_behaviour(Behaviour(Mode.REFUSE))

    with pytest.raises(ConnectionError):
        await Client.connect(proxy)
    await proxy.set_behaviour(PASSING)

    assert await (await Client.connect(proxy)).ask() == RESPONSE


async def test_hanging_accepts_connections_and_responds_only_afterwards(proxy: Proxy) -> None:
    await proxy.set_behaviour(Behaviour(Mode.HANG))
    client = await Client.connect(proxy)
    request = asyncio.create_task(client.ask())

    done, _ = await asyncio.wait([request], timeout=0.1)
    await proxy.set_behaviour(PASSING)

    assert not done
    assert await request == RESPONSE
