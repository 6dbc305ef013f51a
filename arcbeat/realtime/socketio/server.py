"""Serve the namespace /realtime of Socket.IO: admit clients, handle their events, close their connections."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import socketio
from socketio.exceptions import ConnectionRefusedError as ConnectionRejected
from starlette.types import ASGIApp

from arcbeat.api.access.audit import client_address
from arcbeat.api.contract.asyncapi import MessageSchemas
from arcbeat.api.problem_texts.translation import problem_language
from arcbeat.api.problems import problem_body, to_arcbeat_error
from arcbeat.domain.catalogue.device_types import Language
from arcbeat.domain.errors import InvalidInput, TooManyRequests
from arcbeat.domain.identity.identity import Caller, Identity
from arcbeat.realtime.alarms.rooms import AlarmRooms
from arcbeat.realtime.job_runs.room import RunRoom
from arcbeat.realtime.rooms.admission import Admission
from arcbeat.realtime.rooms.connections import CLOSE_DETAILS, CloseReason, Connections, SocketObserver, TransportKind
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.limits import MESSAGE_BYTES_MAX, UNSENT_PACKETS_MAX, WAITING_SECONDS_MAX, Monotonic
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.sampling.row_encoding import encode
from arcbeat.realtime.socketio.client_subscriptions import ClientSubscriptions
from arcbeat.realtime.socketio.engine import Engine
from arcbeat.realtime.socketio.events import Ack, SocketEvents
from arcbeat.realtime.socketio.internals import EngineInternals, JsonCodec, JsonPacket
from arcbeat.realtime.socketio.packets import CONNECT_FORM, NAMESPACE, PacketSender

PING_SECONDS = 25.0
RESERVED_EVENTS = frozenset({"connect", "disconnect"})

LIBRARY_LOGGER = logging.getLogger("socketio")


class SocketIoClient:
    """One admitted client.

    Attributes:
        language: the language of problems.
    """

    transport = TransportKind.SOCKET_IO

    def __init__(
        self,
        identity: Identity,
        subscriptions: ClientSubscriptions,
        sender: PacketSender,
        disconnect: Callable[[], Awaitable[None]],
        language: Language,
    ) -> None:
        self.identity = identity
        self.language = language
        self.subscriptions = subscriptions
        self._sender = sender
        self._disconnect = disconnect

    def waiting_seconds(self) -> float:
        return self.subscriptions.waiting_seconds()

    async def close(self, reason: CloseReason) -> None:
        self.subscriptions.leave_all()
        await self._sender.send(Frame("closing", encode({"reason": reason, "detail": CLOSE_DETAILS[reason]})))
        await self._disconnect()


class SocketIoServer:
    """The clients of the namespace, by their session ids of Socket.IO."""

    def __init__(
        self,
        admission: Admission,
        connections: Connections,
        rooms: Rooms,
        alarm_rooms: AlarmRooms,
        run_room: RunRoom,
        messages: MessageSchemas,
        observer: SocketObserver,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._admission = admission
        self._connections = connections
        self._rooms = rooms
        self._alarm_rooms = alarm_rooms
        self._messages = messages
        self._observer = observer
        self._monotonic = monotonic
        self._events = SocketEvents(rooms, alarm_rooms, run_room, messages)
        self._clients: dict[str, SocketIoClient] = {}
        self._server = _server(admission)
        self._server.register_namespace(_Namespace(self))
        self._internals = EngineInternals(self._server, NAMESPACE)
        self._engine = Engine(
            self._server, self._internals, self._evict, admission.is_allowed_origin, admission.pending, monotonic
        )

    def wrap(self, api: ASGIApp) -> ASGIApp:
        """Return an application that handles Socket.IO and passes everything else on to ``api``."""
        app: ASGIApp = socketio.ASGIApp(self._engine, other_asgi_app=api)
        return app

    def sizes(self) -> dict[str, float]:
        """Return the number of open sessions of Engine.IO, by how the client is connected."""
        return self._engine.sizes()

    async def check(self) -> None:
        """Abort connections whose time is over, and remove clients whose connection has ended."""
        await self._engine.check()
        for sid in tuple(self._clients):
            # A connection can end while its client is being admitted; python-socketio then reports no disconnect.
            if self._internals.engine_id_of(sid) not in self._engine:
                await self._disconnect(sid)
                await self.disconnected(sid, "gone")

    async def aclose(self) -> None:
        """Stop the background tasks of Engine.IO."""
        await self._server.shutdown()

    def is_connecting(self, sid: str) -> bool:
        """Return whether ``connect`` and ``disconnect`` come from python-socketio.

        A connected client can send events with these names too; those are ordinary, unknown events.
        """
        return not self._internals.is_connected(sid)

    async def connect(self, sid: str, environ: dict[str, Any], auth: object) -> None:
        """Admit a client.

        Raises:
            ConnectionRejected: the client is not admitted; the data of the error is the problem.
        """
        language = problem_language(environ.get("HTTP_ACCEPT_LANGUAGE"))
        try:
            identity = await self._admission.admit(
                TransportKind.SOCKET_IO, Caller(client_address(environ["asgi.scope"])), lambda: self._credentials(auth)
            )
        except Exception as error:
            problem = problem_body(to_arcbeat_error(error), language)
            raise ConnectionRejected(problem["detail"], problem) from error
        engine_id = self._internals.engine_id_of(sid)
        sender = PacketSender(self._internals, engine_id, self._observer, self._monotonic)
        subscriptions = ClientSubscriptions(self._rooms, self._alarm_rooms, sender)
        client = SocketIoClient(identity, subscriptions, sender, lambda: self._close(sid, engine_id), language)
        self._clients[sid] = client
        self._connections.add(client)
        self._engine.admit(engine_id)

    async def disconnected(self, sid: str, reason: str) -> None:
        """Remove a client that has disconnected."""
        client = self._clients.pop(sid, None)
        if client is not None:
            client.subscriptions.leave_all()
            self._connections.remove(client, reason)
            # The connection itself may still be open: the client has left the namespace and may join it again.
            self._engine.abort_later(self._internals.engine_id_of(sid))

    async def handle(self, sid: str, event: object, payloads: tuple[object, ...]) -> Ack | None:
        """Return the acknowledgement of a client's event: its result, or ``{problem}``."""
        client = self._clients.get(sid)
        if client is None:
            return None
        try:
            self._check_pace(client, self._internals.engine_id_of(sid))
            return await self._events.handle(client.identity, client.subscriptions, event, payloads)
        except Exception as error:  # noqa: BLE001 -- each failure is acknowledged; `to_arcbeat_error` logs those that are bugs
            return {"problem": problem_body(to_arcbeat_error(error), client.language)}

    def _check_pace(self, client: SocketIoClient, engine_id: str) -> None:
        self._engine.rate_limit(engine_id).check()
        # Acknowledgements wait in a queue without a bound. A client that requests but does not read gets no more.
        if self._engine.unsent_packets(engine_id) > client.subscriptions.packets_max + UNSENT_PACKETS_MAX:
            raise TooManyRequests("Read the acknowledgements that were sent before.", retry_after_seconds=1)

    async def _credentials(self, auth: object) -> Mapping[str, Any]:
        try:
            return self._messages.check("connect", auth)
        except InvalidInput as error:
            raise InvalidInput(error.errors, f"The `auth` option is missing or invalid. {CONNECT_FORM}") from error

    async def _disconnect(self, sid: str) -> None:
        await self._server.disconnect(sid, namespace=NAMESPACE)

    async def _close(self, sid: str, engine_id: str) -> None:
        await self._disconnect(sid)
        self._engine.finish(engine_id)

    async def _evict(self, engine_id: str, reason: CloseReason) -> None:
        client = self._clients.get(self._internals.sid_of(engine_id) or "")
        if client is None:
            await self._engine.close(engine_id)
        else:
            await self._connections.close(client, reason)


def _server(admission: Admission) -> socketio.AsyncServer:
    LIBRARY_LOGGER.setLevel(logging.ERROR)
    return socketio.AsyncServer(
        async_mode="asgi",
        serializer=JsonPacket,
        json=JsonCodec,
        # The events of one client are handled in their order, one at a time, which also bounds the tasks per client.
        async_handlers=False,
        namespaces=[NAMESPACE],
        cors_allowed_origins=lambda origin, environ: admission.is_allowed_origin(origin, environ.get("HTTP_HOST")),
        cors_credentials=False,
        # Engine.IO would compress the same frame once per polling client.
        http_compression=False,
        max_http_buffer_size=MESSAGE_BYTES_MAX,
        ping_interval=PING_SECONDS,
        ping_timeout=WAITING_SECONDS_MAX,
        logger=LIBRARY_LOGGER,
        engineio_logger=LIBRARY_LOGGER,
    )


class _Namespace(socketio.AsyncNamespace):  # type: ignore[misc] # python-socketio has no types
    def __init__(self, server: SocketIoServer) -> None:
        super().__init__(NAMESPACE)
        self._socket_io = server

    async def trigger_event(self, event: object, sid: str, *args: Any) -> Ack | None:
        if event in RESERVED_EVENTS and self._socket_io.is_connecting(sid):
            handle = self._socket_io.connect if event == "connect" else self._socket_io.disconnected
            await handle(sid, *args)
            return None
        return await self._socket_io.handle(sid, event, args)
