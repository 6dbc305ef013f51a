"""The namespace /realtime of Socket.IO: a room a device type."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import socketio
from socketio.exceptions import ConnectionRefusedError as Refused
from starlette.types import ASGIApp

from arcbeat.api.access.audit import address_of
from arcbeat.api.contract.asyncapi import Messages
from arcbeat.api.problems import foreseen, problem_body
from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.identity.identity import Caller, Identity
from arcbeat.realtime.rooms.admission import Admission
from arcbeat.realtime.rooms.connections import CLOSE_DETAILS, CloseReason, Connections, SocketObserver, TransportKind
from arcbeat.realtime.rooms.frames import Frame, JsonCodec
from arcbeat.realtime.rooms.limits import MESSAGE_BYTES_MAX, UNSENT_PACKETS_MAX, WAITING_SECONDS_MAX, Monotonic
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.sampling.row_encoding import encode
from arcbeat.realtime.socketio.client_subscriptions import ClientSubscriptions
from arcbeat.realtime.socketio.engine import Engine
from arcbeat.realtime.socketio.events import Ack, SocketEvents
from arcbeat.realtime.socketio.packets import NAMESPACE, JsonPacket, PacketSender

PING_SECONDS = 25.0
RESERVED = frozenset({"connect", "disconnect"})

LIBRARY_LOGGER = logging.getLogger("socketio")


class SocketIoClient:
    """One connection that was let in."""

    transport = TransportKind.SOCKET_IO

    def __init__(
        self, identity: Identity, seats: ClientSubscriptions, sender: PacketSender, leave: Callable[[], Awaitable[None]]
    ) -> None:
        self.identity = identity
        self.seats = seats
        self._sender = sender
        self._leave = leave

    def waiting_seconds(self) -> float:
        return self.seats.waiting_seconds()

    async def close(self, reason: CloseReason) -> None:
        self.seats.leave_all()
        await self._sender.tell(Frame("closing", encode({"reason": reason, "detail": CLOSE_DETAILS[reason]})))
        await self._leave()


class SocketIoServer:
    """Lets clients of Socket.IO in, and answers them."""

    def __init__(
        self,
        gate: Admission,
        clients: Connections,
        rooms: Rooms,
        messages: Messages,
        observer: SocketObserver,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._gate = gate
        self._all_clients = clients
        self._rooms = rooms
        self._messages = messages
        self._observer = observer
        self._monotonic = monotonic
        self._events = SocketEvents(rooms, messages)
        self._clients: dict[str, SocketIoClient] = {}
        self._server = _server(gate)
        self._server.register_namespace(_Namespace(self))
        self._engine = Engine(self._server, self._evict, monotonic)

    def wrap(self, api: ASGIApp) -> ASGIApp:
        """The application with Socket.IO in front of it."""
        app: ASGIApp = socketio.ASGIApp(self._engine, other_asgi_app=api)
        return app

    async def check(self) -> None:
        """Cut those who were told to go, and forget those who went while they were let in."""
        await self._engine.check()
        for sid in tuple(self._clients):
            if self._engine_id(sid) not in self._engine:
                await self._disconnect(sid)
                await self.disconnected(sid, "gone")

    async def aclose(self) -> None:
        """End what runs in the background."""
        await self._server.shutdown()

    def is_letting_in(self, sid: str) -> bool:
        """Whether ``connect`` or ``disconnect`` is the server's word; a client may call its own events so too."""
        return not self._server.manager.is_connected(sid, NAMESPACE)

    async def connect(self, sid: str, environ: dict[str, Any], auth: object) -> None:
        """Let one in.

        Raises:
            Refused: with the problem as its data.
        """
        try:
            identity = await self._gate.admit(
                TransportKind.SOCKET_IO, Caller(address_of(environ["asgi.scope"])), lambda: self._credentials(auth)
            )
        except Exception as error:
            problem = problem_body(foreseen(error))
            raise Refused(problem["detail"], problem) from error
        engine_id = self._engine_id(sid)
        sender = PacketSender(self._server, engine_id, self._observer, self._monotonic)
        client = SocketIoClient(
            identity, ClientSubscriptions(self._rooms, sender), sender, lambda: self._disconnect(sid)
        )
        self._clients[sid] = client
        self._all_clients.add(client)
        self._engine.joined(engine_id)

    async def disconnected(self, sid: str, reason: str) -> None:
        """One has gone."""
        client = self._clients.pop(sid, None)
        if client is not None:
            client.seats.leave_all()
            self._all_clients.remove(client, reason)
            self._engine.left(self._engine_id(sid))

    async def answer(self, sid: str, event: object, payloads: tuple[object, ...]) -> Ack | None:
        """The acknowledgement of a client's event."""
        client = self._clients.get(sid)
        if client is None:
            return None
        try:
            self._check_pace(client, self._engine_id(sid))
            return await self._events.answer(client.seats, event, payloads)
        except Exception as error:  # noqa: BLE001 -- every failure is told
            return {"problem": problem_body(foreseen(error))}

    def _check_pace(self, client: SocketIoClient, engine_id: str) -> None:
        self._engine.allowance(engine_id).check()
        if self._engine.unsent(engine_id) > client.seats.packets_max + UNSENT_PACKETS_MAX:
            raise TooManyRequests("Take the answers first that were sent.", retry_after_seconds=1)

    async def _credentials(self, auth: object) -> Mapping[str, Any]:
        return self._messages.check("connect", auth)

    async def _disconnect(self, sid: str) -> None:
        await self._server.disconnect(sid, namespace=NAMESPACE)

    async def _evict(self, engine_id: str, reason: CloseReason) -> None:
        client = self._clients.get(self._server.manager.sid_from_eio_sid(engine_id, NAMESPACE) or "")
        if client is None:
            await self._engine.cut(engine_id)
        else:
            await self._all_clients.close(client, reason)

    def _engine_id(self, sid: str) -> str:
        return str(self._server.manager.eio_sid_from_sid(sid, NAMESPACE))


def _server(gate: Admission) -> socketio.AsyncServer:
    """Events of one client are answered one after another; nothing is compressed for each client anew."""
    LIBRARY_LOGGER.setLevel(logging.ERROR)
    return socketio.AsyncServer(
        async_mode="asgi",
        serializer=JsonPacket,
        json=JsonCodec,
        async_handlers=False,
        namespaces=[NAMESPACE],
        cors_allowed_origins=lambda origin, environ: gate.is_allowed_origin(origin, environ.get("HTTP_HOST")),
        cors_credentials=False,
        http_compression=False,
        max_http_buffer_size=MESSAGE_BYTES_MAX,
        ping_interval=PING_SECONDS,
        ping_timeout=WAITING_SECONDS_MAX,
        logger=LIBRARY_LOGGER,
        engineio_logger=LIBRARY_LOGGER,
    )


class _Namespace(socketio.AsyncNamespace):  # type: ignore[misc] # python-socketio has no types
    def __init__(self, sockets: SocketIoServer) -> None:
        super().__init__(NAMESPACE)
        self._sockets = sockets

    async def trigger_event(self, event: object, sid: str, *args: Any) -> Ack | None:
        if event in RESERVED and self._sockets.is_letting_in(sid):
            handle = self._sockets.connect if event == "connect" else self._sockets.disconnected
            await handle(sid, *args)
            return None
        return await self._sockets.answer(sid, event, args)
