"""The only module that uses private parts of python-socketio and Engine.IO (python-engineio).

Neither library documents a way to bound its queues, to write a packet late, to end a connection without waiting for the
client, or to upgrade a session only when the client has completed the upgrade, so arcbeat reaches inside.
`PRIVATE_NAMES` lists each name; it is checked at start.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from engineio.async_drivers.asgi import WebSocket as EngineWebSocket
from engineio.packet import CLOSE, MESSAGE, NOOP
from engineio.packet import Packet as EnginePacket
from socketio import AsyncServer
from socketio.packet import BINARY_ACK, BINARY_EVENT, CONNECT, CONNECT_ERROR, EVENT
from socketio.packet import Packet as SocketPacket
from starlette.types import Receive, Send

from arcbeat.private_names import PrivateNames

__all__ = [
    "CONNECT",
    "CONNECT_ERROR",
    "EVENT",
    "MESSAGE",
    "NOOP",
    "PRIVATE_NAMES",
    "EngineInternals",
    "JsonCodec",
    "JsonPacket",
    "LazyPacket",
    "is_close",
]

PRIVATE_NAMES = (
    PrivateNames("python-socketio", "socketio:AsyncServer", ("eio", "manager")),
    PrivateNames("python-socketio", "socketio:AsyncManager", ("eio_sid_from_sid", "is_connected", "sid_from_eio_sid")),
    PrivateNames("python-socketio", "socketio.packet:Packet", ("decode", "json", "packet_type", "uses_binary_events")),
    PrivateNames(
        "python-socketio", "socketio.packet", ("BINARY_ACK", "BINARY_EVENT", "CONNECT", "CONNECT_ERROR", "EVENT")
    ),
    PrivateNames(
        "python-engineio",
        "engineio:AsyncServer",
        ("create_queue", "handlers", "on", "send", "send_packet", "sockets", "start_background_task"),
    ),
    PrivateNames(
        "python-engineio", "engineio:AsyncServer.reason", ("CLIENT_DISCONNECT", "PING_TIMEOUT", "SERVER_DISCONNECT")
    ),
    PrivateNames(
        "python-engineio",
        "engineio.async_socket:AsyncSocket",
        (
            "_send_ping",
            "_websocket_handler",
            "check_ping_timeout",
            "close",
            "closed",
            "connected",
            "queue",
            "receive",
            "sid",
            "upgraded",
        ),
    ),
    PrivateNames("python-engineio", "engineio.async_drivers.asgi:WebSocket", ("asgi_receive", "asgi_send")),
    PrivateNames("python-engineio", "engineio.packet:Packet", ("encode", "packet_type")),
    PrivateNames("python-engineio", "engineio.packet", ("CLOSE", "MESSAGE", "NOOP")),
)

SEND_PING = "_send_ping"

Handler = Callable[..., Awaitable[Any]]


class EngineInternals:
    """The private parts of one Socket.IO server and of the Engine.IO server below it.

    ``sid`` is a session id of Socket.IO, which exists per client and namespace; ``engine_id`` is the session id of the
    Engine.IO connection.
    """

    def __init__(self, server: AsyncServer, namespace: str) -> None:
        self._manager = server.manager
        self._engine = server.eio
        self._namespace = namespace
        self._ping_tasks: dict[str, asyncio.Task[None]] = {}
        self._start_background_task = self._engine.start_background_task
        self._engine.start_background_task = self._start_task

    def set_queue_class(self, queue_class: type[asyncio.Queue[Any]]) -> None:
        """Make Engine.IO use this class for the outgoing packets of each client."""
        self._engine.create_queue = queue_class

    def replace_handler(self, event: str, handler: Handler) -> Handler:
        """Handle ``connect``, ``message`` or ``disconnect`` of Engine.IO; return the handler of python-socketio."""
        replaced: Handler = self._engine.handlers[event]
        self._engine.on(event, handler)
        return replaced

    def queue_of(self, engine_id: str) -> Any:
        """Return the outgoing packets of a client. Raises KeyError if it has disconnected."""
        return self._engine.sockets[engine_id].queue

    def uses_websocket(self, engine_id: str) -> bool:
        """Return whether the client sends and receives over a WebSocket by now; False while it polls."""
        socket = self._engine.sockets.get(engine_id)
        return socket is not None and bool(socket.upgraded)

    async def send_packet(self, engine_id: str, packet: EnginePacket) -> None:
        """Append a packet to the client's queue. A client that has disconnected is ignored."""
        await self._engine.send_packet(engine_id, packet)

    async def send_message(self, engine_id: str, message: str) -> None:
        """Send a message. A client that has disconnected is ignored."""
        await self._engine.send(engine_id, message)

    async def close(self, engine_id: str) -> None:
        """Close the connection without waiting for the client to read what was sent."""
        socket = self._engine.sockets.get(engine_id)
        if socket is not None:
            await socket.close(wait=False, reason=self._engine.reason.SERVER_DISCONNECT)
            # Engine.IO itself forgets a closed session of a client that does not poll only after a minute.
            self._engine.sockets.pop(engine_id, None)

    def cancel_ping(self, engine_id: str) -> None:
        """End the wait for the next ping of a session that has ended, which would keep the session in memory."""
        task = self._ping_tasks.pop(engine_id, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def _start_task(self, target: Callable[..., Any], *args: Any, **options: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = self._start_background_task(target, *args, **options)
        if getattr(target, "__name__", "") == SEND_PING:
            self._ping_tasks[target.__self__.sid] = task  # type: ignore[attr-defined] # it is a bound method
        return task

    async def close_if_overdue(self, engine_id: str) -> None:
        """Close the session if the client has not answered a ping in time. Engine.IO itself notices a minute later."""
        socket = self._engine.sockets.get(engine_id)
        if socket is not None and not socket.closed:
            await socket.check_ping_timeout()

    async def receive(self, engine_id: str, packet: str) -> None:
        """Handle a packet that a client has posted. A client that has disconnected is ignored."""
        socket = self._engine.sockets.get(engine_id)
        if socket is not None and not socket.closed:
            await socket.receive(EnginePacket(encoded_packet=packet))

    async def run_websocket(self, engine_id: str, receive: Receive, send: Send) -> None:
        """Serve a session that has polled, and has no pending poll, over an accepted WebSocket until it ends."""
        socket = self._engine.sockets[engine_id]
        # Engine.IO would start its own upgrade for a connected session. For one that is not, it serves the WebSocket at
        # once, and marks the session as connected and upgraded before anything else runs.
        socket.connected = False
        websocket = EngineWebSocket(None, self._engine)
        websocket.asgi_receive, websocket.asgi_send = receive, send
        await socket._websocket_handler(websocket)  # noqa: SLF001 -- listed in PRIVATE_NAMES
        self._engine.sockets.pop(engine_id, None)

    def end_poll(self, engine_id: str) -> None:
        """End the pending poll of a session with an empty response."""
        self.queue_of(engine_id).put_nowait(EnginePacket(NOOP))

    def end_last_poll(self, engine_id: str, reason: str) -> None:
        """End the pending poll of a session that is closed; Engine.IO would let it wait until its timeout.

        Args:
            reason: why the session ends. A client that has closed it gets a no-op packet, others get a close packet.
        """
        socket = self._engine.sockets.get(engine_id)
        if socket is not None and not socket.upgraded:
            socket.queue.put_nowait(EnginePacket(NOOP if reason == self._engine.reason.CLIENT_DISCONNECT else CLOSE))

    def is_ping_timeout(self, reason: str) -> bool:
        """Return whether a session has ended because the client did not answer a ping."""
        return bool(reason == self._engine.reason.PING_TIMEOUT)

    def is_connected(self, sid: str) -> bool:
        """Return whether the client is connected to the namespace."""
        return bool(self._manager.is_connected(sid, self._namespace))

    def engine_id_of(self, sid: str) -> str:
        """Return the Engine.IO session of a Socket.IO session."""
        return str(self._manager.eio_sid_from_sid(sid, self._namespace))

    def sid_of(self, engine_id: str) -> str | None:
        """Return the Socket.IO session of an Engine.IO session; None if it has not joined the namespace."""
        sid: str | None = self._manager.sid_from_eio_sid(engine_id, self._namespace)
        return sid


def is_close(packet: EnginePacket) -> bool:
    """Return whether this is Engine.IO's last packet of a session."""
    return bool(packet.packet_type == CLOSE)


class JsonCodec:
    """orjson with the interface of the json module, for python-socketio.

    Fragments that are encoded already (`orjson.Fragment`) are copied as they are.
    """

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        return orjson.loads(text)


class JsonPacket(SocketPacket):  # type: ignore[misc] # python-socketio has no types
    """A Socket.IO packet without binary attachments.

    The contract has no binary payloads, so outgoing payloads need not be searched for them, and incoming packets that
    announce them are malformed.
    """

    uses_binary_events = False
    json = JsonCodec

    def decode(self, encoded_packet: str) -> int | None:
        attachments: int | None = super().decode(encoded_packet)
        if self.packet_type in {BINARY_EVENT, BINARY_ACK}:
            raise ValueError("binary packets are not supported")
        return attachments


class LazyPacket(EnginePacket):  # type: ignore[misc] # python-engineio has no types
    """An Engine.IO packet whose content is made when Engine.IO writes it.

    Engine.IO's queue of a client has no bound. For a slow client it holds one lazy packet per subscription, however
    many ticks pass, and the content is the newest at the time of writing.

    Args:
        write: makes the encoded packet; called at most once.
    """

    def __init__(self, write: Callable[[], str]) -> None:
        super().__init__(MESSAGE)
        self._write = write
        self._written: str | None = None

    def encode(self, b64: bool = False) -> str:  # noqa: ARG002 -- the signature of Engine.IO
        if self._written is None:
            self._written = self._write()
        return self._written
