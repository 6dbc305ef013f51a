"""Packets of Engine.IO on their way to one client."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import engineio
import pytest
from engineio.async_socket import AsyncSocket
from engineio.packet import MESSAGE, PING, Packet
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from arcbeat.realtime.socketio.outbox import Outbox
from arcbeat.realtime.socketio.transport import WRITE_NOWAIT, WebSocketTransport
from tests.support.settling import settle

SECONDS = 5.0
STEPS = ("send", "send", "ping", "take", "stop taking", "let others go on")


class Client:
    """A WebSocket as the server has it: what is sent waits as long as the client takes nothing."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self._taking = asyncio.Event()
        self._taking.set()
        self._gone = asyncio.Event()
        scope = {"type": "websocket", "extensions": {WRITE_NOWAIT: {"write": self._write}}}
        self.transport = WebSocketTransport(scope, self._receive, self._send)

    def take(self) -> None:
        self._taking.set()

    def stop_taking(self) -> None:
        self._taking.clear()

    def go(self) -> None:
        self._gone.set()

    async def send(self, text: str) -> None:
        """Engine.IO's way."""
        await self.transport.send({"type": "websocket.send", "text": text})

    async def wait(self) -> str:
        await self._gone.wait()
        raise OSError

    async def close(self) -> None:
        """Nothing: it has gone."""

    def _write(self, make: Callable[[], str]) -> bool:
        if self._taking.is_set():
            self.taken.append(make())
        return self._taking.is_set()

    async def _send(self, message: Message) -> None:
        await self._taking.wait()
        self.taken.append(message["text"])

    async def _receive(self) -> Message:
        raise NotImplementedError


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[AsyncSocket, Client]]:
    """A socket of Engine.IO's over a WebSocket; in the end the client takes everything and goes."""
    server, client = engineio.AsyncServer(async_mode="asgi"), Client()
    server.create_queue = Outbox
    socket = AsyncSocket(server, "sid")
    socket.queue.transport = lambda: client.transport if socket.upgraded else None
    serving = asyncio.create_task(socket._websocket_handler(client))
    await settle()
    try:
        yield socket, client
    finally:
        client.take()
        client.go()
        async with asyncio.timeout(SECONDS):
            await serving


def message(number: int) -> Packet:
    return Packet(MESSAGE, f"m{number}")


async def test_a_packet_is_written_at_once_for_a_client_that_has_taken_everything() -> None:
    async with connected() as (socket, client):
        await socket.send(message(1))

        assert client.taken == ["4m1"]
        assert socket.queue.empty()


async def test_a_packet_waits_while_the_client_takes_nothing() -> None:
    async with connected() as (socket, client):
        client.stop_taking()
        await socket.send(message(1))
        assert (client.taken, socket.queue.qsize()) == ([], 1)

        client.take()
        await settle()
        assert client.taken == ["4m1"]


async def test_a_packet_overtakes_none_that_waits() -> None:
    async with connected() as (socket, client):
        client.stop_taking()
        await socket.send(message(1))
        client.take()
        await socket.send(message(2))
        await settle()

        assert client.taken == ["4m1", "4m2"]


async def test_a_ping_is_left_to_engine_io_which_else_would_take_the_connection_for_dead() -> None:
    async with connected() as (socket, client):
        await socket.send(Packet(PING))
        await socket.send(message(1))
        assert (client.taken, socket.queue.qsize()) == ([], 2)

        await settle()
        assert client.taken == ["2", "4m1"]


async def test_nothing_is_written_to_a_websocket_that_the_client_may_not_use_yet() -> None:
    async with connected() as (socket, client):
        socket.upgraded = False
        await socket.send(message(1))

        assert (client.taken, socket.queue.qsize()) == ([], 1)


async def test_nothing_is_made_for_a_line_that_is_cut() -> None:
    async with connected() as (_, client):
        client.transport.abort()
        made: list[str] = []

        assert not client.transport.write_nowait(lambda: made.append("") or "")  # type: ignore[func-returns-value]
        assert not made
        assert not client.taken


async def test_a_server_without_the_extension_writes_by_engine_io() -> None:
    client = Client()
    transport = WebSocketTransport({"type": "websocket"}, client.transport.receive, client.transport.send)

    assert not transport.write_nowait(lambda: "4m1")


async def _in_order(steps: Sequence[str]) -> None:
    sent: list[Packet] = []
    async with connected() as (socket, client):
        for step in steps:
            match step:
                case "send" | "ping":
                    sent.append(message(len(sent)) if step == "send" else Packet(PING))
                    await socket.send(sent[-1])
                case "take":
                    client.take()
                case "stop taking":
                    client.stop_taking()
                case _:
                    await asyncio.sleep(0)

    assert client.taken == [packet.encode() for packet in sent]


@given(st.lists(st.sampled_from(STEPS), max_size=40))
def test_packets_arrive_in_their_order_whichever_way_they_go(steps: list[str]) -> None:
    asyncio.run(_in_order(steps))


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_engine_io_ends_as_it_always_did(count: int) -> None:
    async with connected() as (socket, client):
        for number in range(count):
            await socket.send(message(number))
        client.go()
        await settle()

        assert socket.closed
