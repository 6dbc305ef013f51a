"""The outgoing packets of one client of Engine.IO."""

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
STEPS = ("send", "send", "ping", "resume reading", "pause reading", "yield to the event loop")


class Client:
    """A WebSocket as the server sees it: sending waits while the client pauses reading."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self._reading = asyncio.Event()
        self._reading.set()
        self._disconnected = asyncio.Event()
        scope = {"type": "websocket", "extensions": {WRITE_NOWAIT: {"write": self._write}}}
        self.transport = WebSocketTransport(scope, self._receive, self._send)

    def resume_reading(self) -> None:
        self._reading.set()

    def pause_reading(self) -> None:
        self._reading.clear()

    def disconnect(self) -> None:
        self._disconnected.set()

    async def send(self, text: str) -> None:
        """Send as Engine.IO does."""
        await self.transport.send({"type": "websocket.send", "text": text})

    async def wait(self) -> str:
        await self._disconnected.wait()
        raise OSError

    async def close(self) -> None:
        """Do nothing: the client has disconnected."""

    def _write(self, make: Callable[[], str]) -> bool:
        if self._reading.is_set():
            self.received.append(make())
        return self._reading.is_set()

    async def _send(self, message: Message) -> None:
        await self._reading.wait()
        self.received.append(message["text"])

    async def _receive(self) -> Message:
        raise NotImplementedError


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[AsyncSocket, Client]]:
    """Yield an Engine.IO socket over a WebSocket; at the end the client reads everything and disconnects."""
    server, client = engineio.AsyncServer(async_mode="asgi"), Client()
    server.create_queue = Outbox
    socket = AsyncSocket(server, "sid")
    socket.queue.transport = lambda: client.transport if socket.upgraded else None
    serving = asyncio.create_task(socket._websocket_handler(client))
    await settle()
    try:
        yield socket, client
    finally:
        client.resume_reading()
        client.disconnect()
        async with asyncio.timeout(SECONDS):
            await serving


def message(number: int) -> Packet:
    return Packet(MESSAGE, f"m{number}")


async def test_a_packet_is_written_directly_to_a_client_that_has_read_everything() -> None:
    async with connected() as (socket, client):
        await socket.send(message(1))

        assert client.received == ["4m1"]
        assert socket.queue.empty()


async def test_a_packet_waits_while_the_client_does_not_read() -> None:
    async with connected() as (socket, client):
        client.pause_reading()
        await socket.send(message(1))
        assert (client.received, socket.queue.qsize()) == ([], 1)

        client.resume_reading()
        await settle()
        assert client.received == ["4m1"]


async def test_a_packet_does_not_overtake_waiting_packets() -> None:
    async with connected() as (socket, client):
        client.pause_reading()
        await socket.send(message(1))
        client.resume_reading()
        await socket.send(message(2))
        await settle()

        assert client.received == ["4m1", "4m2"]


async def test_a_ping_is_written_by_the_task_of_engine_io_which_would_otherwise_time_out() -> None:
    async with connected() as (socket, client):
        await socket.send(Packet(PING))
        await socket.send(message(1))
        assert (client.received, socket.queue.qsize()) == ([], 2)

        await settle()
        assert client.received == ["2", "4m1"]


async def test_nothing_is_written_directly_before_the_upgrade_to_the_websocket_is_complete() -> None:
    async with connected() as (socket, client):
        socket.upgraded = False
        await socket.send(message(1))

        assert (client.received, socket.queue.qsize()) == ([], 1)


async def test_nothing_is_written_to_an_aborted_transport() -> None:
    async with connected() as (_, client):
        client.transport.abort()
        made: list[str] = []

        assert not client.transport.write_nowait(lambda: made.append("") or "")  # type: ignore[func-returns-value]
        assert not made
        assert not client.received


async def test_nothing_is_written_directly_on_a_server_without_the_extension() -> None:
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
                case "resume reading":
                    client.resume_reading()
                case "pause reading":
                    client.pause_reading()
                case _:
                    await asyncio.sleep(0)

    assert client.received == [packet.encode() for packet in sent]


@given(st.lists(st.sampled_from(STEPS), max_size=40))
def test_packets_arrive_in_order_whether_written_directly_or_queued(steps: list[str]) -> None:
    asyncio.run(_in_order(steps))


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_engine_io_closes_the_socket_when_the_client_disconnects(count: int) -> None:
    async with connected() as (socket, client):
        for number in range(count):
            await socket.send(message(number))
        client.disconnect()
        await settle()

        assert socket.closed
