"""Serve the plain WebSocket: a snapshot and its changes, or the rows of some devices, as JSON messages."""

import asyncio
import time
from collections.abc import Awaitable
from contextlib import ExitStack, suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from arcbeat.api.access.audit import client_address
from arcbeat.api.problems import to_arcbeat_error
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.errors import ArcbeatError, Forbidden, NotFound, TooManyRequests
from arcbeat.domain.identity.identity import Caller, Identity
from arcbeat.realtime.rooms.admission import Admission
from arcbeat.realtime.rooms.connections import Connections, SocketObserver, TransportKind
from arcbeat.realtime.rooms.limits import RETRY_AFTER_SECONDS_RANGE, Monotonic
from arcbeat.realtime.rooms.rooms import Rooms
from arcbeat.realtime.websocket.client import ConnectionClose, MessageSender, WebSocketClient
from arcbeat.realtime.websocket.handshake import SUBPROTOCOL, Handshake
from arcbeat.realtime.websocket.rejection import reject
from arcbeat.realtime.websocket.subscription import Labels, subscription_of

PATH = "/api/v1/device/realtime-data/ws"
OTHER_PATH_DETAIL = (
    f"No WebSocket is served at this path; the plain WebSocket is at {PATH}, and Socket.IO at /socket.io/ with the "
    "namespace /realtime."
)


class WebSocketServer:
    """An ASGI application that serves WebSockets at `PATH` and rejects those at other paths."""

    def __init__(
        self,
        admission: Admission,
        connections: Connections,
        rooms: Rooms,
        handshake: Handshake,
        labels: Labels,
        observer: SocketObserver,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._admission = admission
        self._connections = connections
        self._rooms = rooms
        self._handshake = handshake
        self._labels = labels
        self._observer = observer
        self._monotonic = monotonic

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """Return an application that handles all WebSockets and passes everything else on to ``app``."""

        def routed(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            return (self if scope["type"] == "websocket" else app)(scope, receive, send)

        return routed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._check_handshake(scope)
        except ArcbeatError as error:
            await reject(scope, receive, send, error)
            return
        # uvicorn logs the URL when it accepts a WebSocket, and the query string may hold a token.
        query, scope["query_string"] = scope["query_string"], b""
        socket = WebSocket(scope, receive, send)
        with suppress(WebSocketDisconnect):
            await socket.receive()
            await socket.accept(SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None)
            await self._serve(socket, query)

    def _check_handshake(self, scope: Scope) -> None:
        """Check the path and the origin.

        Raises:
            NotFound: no WebSocket is served at this path.
            Forbidden: pages of this origin may not connect.
            TooManyRequests: the address sends too many handshakes for other paths.
        """
        headers = Headers(scope=scope)
        if scope["path"] != PATH:
            self._admission.pending.count(client_address(scope))
            raise NotFound(OTHER_PATH_DETAIL)
        if not self._admission.is_allowed_origin(headers.get("origin"), headers.get("host")):
            raise Forbidden("Pages of this origin may not connect; add the origin to CORS_ORIGINS of the service.")

    async def _serve(self, socket: WebSocket, query: bytes) -> None:
        sender = MessageSender(socket, self._observer)
        try:
            await self._follow(socket, sender, query)
        except WebSocketDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 -- each failure is sent; `to_arcbeat_error` logs those that are bugs
            await sender.close(ConnectionClose.problem(to_arcbeat_error(error), sender.language))

    async def _follow(self, socket: WebSocket, sender: MessageSender, raw_query: bytes) -> None:
        identity = await self._admit(socket, raw_query)
        with ExitStack() as opening:
            opening.enter_context(self._connections.opening(identity))
            query = self._handshake.query(raw_query)
            async with self._rooms.joined(query.get("type_code", WELDING)) as room:
                language = socket.headers.get("accept-language")
                subscription = await subscription_of(room, self._rooms.details, self._labels, language, query)
                client = WebSocketClient(identity, subscription, socket, sender, self._monotonic)
                room.members.add(client)
                self._connections.add(client)
                opening.close()
                try:
                    await client.run()
                finally:
                    self._connections.remove(client, "transport close")
                    room.members.discard(client)

    async def _admit(self, socket: WebSocket, raw_query: bytes) -> Identity:
        pending, address = self._admission.pending, client_address(socket.scope)
        pending.count(address)
        # A timeout without a deadline: aborting gives it one in the past.
        timeout = asyncio.timeout(None)

        async def abort() -> None:
            timeout.reschedule(asyncio.get_running_loop().time())

        try:
            async with timeout:
                await pending.add(socket, address, abort)
                identity = await self._admission.admit(
                    TransportKind.WEBSOCKET, Caller(address), lambda: self._handshake.credentials(socket, raw_query)
                )
                pending.admit(socket)
        except TimeoutError as error:
            detail = "Too many connections without credentials are open."
            raise TooManyRequests(detail, retry_after_seconds=RETRY_AFTER_SECONDS_RANGE[1]) from error
        finally:
            pending.remove(socket)
        return identity
