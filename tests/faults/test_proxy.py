"""The proxy really does to connections what it is told."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.proxy import GARBAGE, PASSING, Behaviour, Mode, Proxy, to_tcp

ANSWER = b"0123456789"
PATIENCE_SECONDS = 20.0


@pytest_asyncio.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """In front of a server that answers ANSWER to whatever comes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            writer.write(ANSWER)
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
        """What comes until the end, or until a whole answer is there."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            try:
                return await self._reader.readexactly(len(ANSWER))
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
        (PASSING, ANSWER),
        (Behaviour(Mode.DELAY, delay_seconds=0.01), ANSWER),
        (Behaviour(Mode.CUT), ANSWER[:5]),
        (Behaviour(Mode.REPLACE, response=GARBAGE), GARBAGE[: len(ANSWER)]),
    ],
    ids=lambda value: value.mode if isinstance(value, Behaviour) else "",
)
async def test_answers_come_as_the_conduct_says(proxy: Proxy, behaviour: Behaviour, received: bytes) -> None:
    await proxy.set_behaviour(behaviour)

    assert await (await Client.connect(proxy)).ask() == received


async def test_who_refuses_cuts_what_is_open_lets_nobody_in_and_comes_back_at_the_same_port(proxy: Proxy) -> None:
    client = await Client.connect(proxy)
    client.send()
    await proxy.set_behaviour(Behaviour(Mode.REFUSE))

    with pytest.raises(ConnectionError):
        await Client.connect(proxy)
    await proxy.set_behaviour(PASSING)

    assert await (await Client.connect(proxy)).ask() == ANSWER


async def test_who_hangs_lets_in_and_answers_only_when_he_goes_on(proxy: Proxy) -> None:
    await proxy.set_behaviour(Behaviour(Mode.HANG))
    client = await Client.connect(proxy)
    asked = asyncio.create_task(client.ask())

    done, _ = await asyncio.wait([asked], timeout=0.1)
    await proxy.set_behaviour(PASSING)

    assert not done
    assert await asked == ANSWER
