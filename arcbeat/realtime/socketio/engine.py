"""Guard the Engine.IO connections below python-socketio.

Each connection must authenticate in time, its messages are counted, malformed ones end it, and it can be ended at once.
Requests that Engine.IO handles differently from its protocol are handled here: posts, upgrades, and requests of one
session that overlap.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import structlog
from socketio import AsyncServer
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from arcbeat.api.access.audit import client_address
from arcbeat.api.body.reading import ClientDisconnected
from arcbeat.api.problems import problem_of
from arcbeat.domain.errors import InvalidInput, PayloadTooLarge, TooManyRequests
from arcbeat.realtime.rooms.connections import CloseReason
from arcbeat.realtime.rooms.limits import CONNECTIONS_MAX, RETRY_AFTER_SECONDS_RANGE, MessageRateLimit, Monotonic
from arcbeat.realtime.rooms.pending import PendingConnections
from arcbeat.realtime.socketio.internals import EngineInternals
from arcbeat.realtime.socketio.outbox import Outbox
from arcbeat.realtime.socketio.packets import PacketHeader, rejected_namespace
from arcbeat.realtime.socketio.polling import read_packets, text_response
from arcbeat.realtime.socketio.session import POLLING, UPGRADING, WEBSOCKET, EngineSession
from arcbeat.realtime.socketio.transport import NORMAL_CLOSURE, POLICY_VIOLATION, WebSocketTransport
from arcbeat.realtime.socketio.upgrade import UPGRADE_SECONDS_MAX, complete_handshake

AUTHENTICATION_SECONDS_MAX = 10.0
"""Time in which a new connection must present credentials."""
DISCONNECT_SECONDS_MAX = 5.0
"""Time that a client has to read the last messages before its connection is aborted."""
SESSIONS_MAX = 2 * CONNECTIONS_MAX
"""Open sessions, including those that have not authenticated yet."""
REJECTED_NAMESPACES_MAX = 10
"""Attempts of one session to connect to a namespace that does not exist; after that it is closed."""
MALFORMED = (ValueError, TypeError, LookupError, AttributeError)
"""What python-socketio raises when a client sends something that is not a packet."""
TRANSPORT_KEY = "arcbeat.transport"
METHODS = frozenset({"GET", "POST", "OPTIONS"})

Evict = Callable[[str, CloseReason], Awaitable[None]]
IsAllowedOrigin = Callable[[str | None, str | None], bool]

logger = structlog.get_logger(__name__)


class Engine:
    """All sessions of Engine.IO, by their ids.

    Args:
        evict: closes the connection of a client that misbehaves.
        is_allowed_origin: returns whether a page of an origin may connect to this host.
        pending: the connections that have not been admitted yet.
    """

    def __init__(
        self,
        server: AsyncServer,
        internals: EngineInternals,
        evict: Evict,
        is_allowed_origin: IsAllowedOrigin,
        pending: PendingConnections,
        monotonic: Monotonic,
    ) -> None:
        self._server = server
        self._internals = internals
        self._evict = evict
        self._is_allowed_origin = is_allowed_origin
        self._pending = pending
        self._monotonic = monotonic
        self._sessions: dict[str, EngineSession] = {}
        self._deadlines: dict[WebSocketTransport, float] = {}
        """When a WebSocket is aborted, in monotonic seconds: one that the client must leave, or of an upgrade."""
        internals.set_queue_class(Outbox)
        self._connect_to_namespace = internals.replace_handler("connect", self._connected)
        self._handle_message = internals.replace_handler("message", self._received)
        self._handle_disconnect = internals.replace_handler("disconnect", self._disconnected)

    def __len__(self) -> int:
        return len(self._sessions)

    def __contains__(self, engine_id: str) -> bool:
        return engine_id in self._sessions

    def sizes(self) -> dict[str, float]:
        """Return the number of open sessions by how the client is connected, including clients without credentials."""
        found = Counter(session.kind for session in self._sessions.values())
        return {kind: float(found[kind]) for kind in (POLLING, WEBSOCKET, UPGRADING)}

    async def handle_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request under the path of Socket.IO."""
        headers, query = Headers(scope=scope), parse_qs(scope["query_string"].decode("latin-1"))
        engine_id = next(iter(query.get("sid", ())), None)
        is_websocket = scope["type"] == "websocket"
        if not self._is_allowed_origin(headers.get("origin"), headers.get("host")):
            send = WebSocketTransport(scope, receive, send).send if is_websocket else send
            await self._server.handle_request(scope, receive, send)  # which rejects the origin
        elif query.get("transport") != [WEBSOCKET if is_websocket else POLLING]:
            await _reject(
                scope, receive, send, 400, "The parameter transport must be polling, or websocket to upgrade."
            )
        elif engine_id is None and len(self._sessions) >= SESSIONS_MAX:
            await _reject(scope, receive, send, 503, "The server has reached its limit of connections.")
        elif not self._is_admitted(engine_id) and (wait_seconds := self._count(client_address(scope))):
            headers_429 = {"Retry-After": str(wait_seconds)}
            await _reject(scope, receive, send, 429, "Too many requests without credentials.", headers_429)
        elif is_websocket:
            await self._handle_websocket(engine_id, WebSocketTransport(scope, receive, send), scope)
        else:
            await self._handle_polling(engine_id, scope, receive, send)

    def _is_admitted(self, engine_id: str | None) -> bool:
        session = self._sessions.get(engine_id or "")
        return session is not None and session.is_admitted

    def _count(self, address: str) -> int:
        """Count a request without credentials; return 0, or after how many seconds it may be sent again."""
        try:
            self._pending.count(address)
        except TooManyRequests as error:
            return error.retry_after_seconds
        return 0

    def rate_limit(self, engine_id: str) -> MessageRateLimit:
        """Return the rate limit of a session."""
        return self._sessions[engine_id].rate_limit

    def unsent_packets(self, engine_id: str) -> int:
        """Return how many packets wait for the client to read them."""
        return int(self._internals.queue_of(engine_id).qsize())

    def admit(self, engine_id: str) -> None:
        """Let the session stay, because its client was admitted."""
        session = self._sessions.get(engine_id)
        if session is not None:
            session.admit()
            self._pending.admit(engine_id)

    def abort_later(self, engine_id: str) -> None:
        """Abort the session after the time a client needs to read why, unless it connects again before."""
        session = self._sessions.get(engine_id)
        if session is not None:
            session.leave(abort_at=self._monotonic() + DISCONNECT_SECONDS_MAX)

    def finish(self, engine_id: str) -> None:
        """Close a WebSocket as soon as the client has read what was sent. A client that polls is left to `check`."""
        session = self._sessions.get(engine_id)
        if session is not None and session.transport is not None:
            self._finish(session.transport)

    async def check(self) -> None:
        """Abort the sessions and WebSockets whose time is over, and close sessions without an answer to a ping."""
        now = self._monotonic()
        for transport, abort_at in tuple(self._deadlines.items()):
            if abort_at <= now:
                transport.abort()
        for engine_id, session in tuple(self._sessions.items()):
            if session.abort_at is not None and session.abort_at <= now:
                await self.abort(engine_id)
            else:
                await self._internals.close_if_overdue(engine_id)

    async def close(self, engine_id: str) -> None:
        """End a session; a client with a WebSocket has some time to read what was sent."""
        session = self._sessions.get(engine_id)
        if session is not None and session.transport is not None:
            self._finish(session.transport)
        else:
            await self._internals.close(engine_id)

    async def abort(self, engine_id: str) -> None:
        """End a session now, whether or not the client has read what was sent."""
        session = self._sessions.get(engine_id)
        if session is not None and session.transport is not None:
            session.transport.abort()
        else:
            await self._internals.close(engine_id)

    async def _handle_websocket(self, engine_id: str | None, transport: WebSocketTransport, scope: Scope) -> None:
        try:
            if engine_id is None:
                # `_connected` takes the transport of the new session from the scope.
                scope[TRANSPORT_KEY] = transport
                with suppress(OSError):
                    await self._server.handle_request(scope, transport.receive, transport.send)
            elif (session := self._sessions.get(engine_id)) is None:
                await transport.close(POLICY_VIOLATION, "There is no such session.")
            elif session.transport is not None or session.upgrade is not None:
                # Accepted first: a rejected handshake has the status 403 and no reason.
                with suppress(OSError):
                    await transport.send({"type": "websocket.accept"})
                    await transport.close(POLICY_VIOLATION, "This session has a WebSocket already.")
            else:
                await self._upgrade(engine_id, session, transport)
        finally:
            self._deadlines.pop(transport, None)

    async def _upgrade(self, engine_id: str, session: EngineSession, transport: WebSocketTransport) -> None:
        session.upgrade = transport
        self._deadlines[transport] = self._monotonic() + UPGRADE_SECONDS_MAX
        has_upgraded = False
        with suppress(OSError):
            has_upgraded = await complete_handshake(transport, partial(self._end_poll, engine_id, session))
        session.upgrade = None
        if not has_upgraded or engine_id not in self._sessions:
            await transport.close(NORMAL_CLOSURE)
            return
        # From here on polls are rejected. One that is still pending must not take packets from the WebSocket.
        session.transport = transport
        self._end_poll(engine_id, session)
        with suppress(TimeoutError):
            async with asyncio.timeout(DISCONNECT_SECONDS_MAX):
                await session.polled.wait()
        self._deadlines.pop(transport, None)
        if not session.polled.is_set():
            await self._internals.close(engine_id)
        elif engine_id in self._sessions:
            await self._internals.run_websocket(engine_id, transport.receive, transport.send)

    def _end_poll(self, engine_id: str, session: EngineSession) -> None:
        if (
            engine_id in self._sessions
            and not session.polled.is_set()
            and self._internals.queue_of(engine_id).is_awaited
        ):
            self._internals.end_poll(engine_id)

    async def _handle_polling(self, engine_id: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        session = self._sessions.get(engine_id or "")
        method = scope["method"]
        if method not in METHODS or (method == "POST" and session is None):
            await _reject(scope, receive, send, 400, "There is no such session, or the method is not GET or POST.")
        elif engine_id is None or session is None or method == "OPTIONS":
            await self._server.handle_request(scope, receive, send)
        elif session.transport is not None:
            await _reject(scope, receive, send, 400, "This session has moved to a WebSocket.")
        elif method == "GET":
            await self._handle_poll(engine_id, session, scope, receive, send)
        else:
            await self._handle_post(engine_id, session, scope, receive, send)

    async def _handle_poll(
        self, engine_id: str, session: EngineSession, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if not session.polled.is_set():
            await self._close_malformed(engine_id)
            await _reject(scope, receive, send, 400, "Another poll of this session is pending; the session is closed.")
            return
        await self._internals.close_if_overdue(engine_id)
        session.polled.clear()
        try:
            await self._server.handle_request(scope, receive, send)
        finally:
            session.polled.set()

    async def _handle_post(
        self, engine_id: str, session: EngineSession, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if session.is_posting:
            await self._close_malformed(engine_id)
            await _reject(scope, receive, send, 400, "Another POST of this session is pending; the session is closed.")
            return
        session.is_posting = True
        try:
            packets = await read_packets(scope, receive)
            is_open = engine_id in self._sessions
            for packet in packets:
                await self._internals.receive(engine_id, packet)
        except ClientDisconnected:
            return
        except (InvalidInput, PayloadTooLarge) as error:
            await self._close_malformed(engine_id)
            await _reject(
                scope, receive, send, problem_of(error).status, error.errors[0].detail if error.errors else ""
            )
            return
        finally:
            session.is_posting = False
        response = text_response(scope, 200, "ok") if is_open else text_response(scope, 400, "The session has ended.")
        await response(scope, receive, send)

    async def _close_malformed(self, engine_id: str) -> None:
        """Close a polling session at once; a pending poll still gets the reason."""
        await self._evict(engine_id, CloseReason.MALFORMED)
        await self._internals.close(engine_id)

    async def _connected(self, engine_id: str, environ: dict[str, Any]) -> Any:
        self._sessions[engine_id] = EngineSession(
            rate_limit=MessageRateLimit(self._monotonic),
            abort_at=self._monotonic() + AUTHENTICATION_SECONDS_MAX,
            transport=environ["asgi.scope"].get(TRANSPORT_KEY),
        )
        self._internals.queue_of(engine_id).transport = partial(self._usable_transport, engine_id)
        await self._pending.add(engine_id, client_address(environ["asgi.scope"]), partial(self.abort, engine_id))
        return await self._connect_to_namespace(engine_id, environ)

    def _usable_transport(self, engine_id: str) -> WebSocketTransport | None:
        """Return the WebSocket of a session, or None if Engine.IO does not write to it yet."""
        session = self._sessions.get(engine_id)
        return session.transport if session is not None and self._internals.uses_websocket(engine_id) else None

    async def _received(self, engine_id: str, data: Any) -> None:
        session = self._sessions.get(engine_id)
        if session is None:
            return
        session.rate_limit.count()
        if session.rate_limit.is_abused:
            await self._evict(engine_id, CloseReason.TOO_MANY_MESSAGES)
            return
        try:
            await self._dispatch(engine_id, session, data)
        except MALFORMED as error:
            logger.info("malformed_message", error=type(error).__name__)
            await self._evict(engine_id, CloseReason.MALFORMED)

    async def _dispatch(self, engine_id: str, session: EngineSession, data: str) -> None:
        """Pass a packet on to python-socketio, which ignores packets that do not fit the state of the session.

        Raises:
            ValueError: the packet is malformed, or not allowed in this state: the session must be closed.
        """
        header = PacketHeader.of(data)
        has_joined = self._internals.sid_of(engine_id) is not None
        if header.is_connect and not header.is_realtime:
            session.rejected_namespaces += 1
            if session.rejected_namespaces > REJECTED_NAMESPACES_MAX:
                raise ValueError("too many attempts to connect to unknown namespaces")
            await self._internals.send_message(engine_id, rejected_namespace(header.namespace))
        elif header.is_realtime and header.is_connect is not has_joined:
            await self._handle_message(engine_id, data)
        elif not session.has_left:
            raise ValueError("a packet before CONNECT, a second CONNECT, or a packet of another namespace")

    async def _disconnected(self, engine_id: str, reason: str) -> None:
        session = self._sessions.pop(engine_id, None)
        self._pending.remove(engine_id)
        self._internals.cancel_ping(engine_id)
        self._internals.end_last_poll(engine_id, reason)
        if session is not None and session.upgrade is not None:
            session.upgrade.finish()
        if session is not None and session.transport is not None:
            self._finish(session.transport)
            if self._internals.is_ping_timeout(reason):
                session.transport.abort()
        await self._handle_disconnect(engine_id, reason)

    def _finish(self, transport: WebSocketTransport) -> None:
        self._deadlines.setdefault(transport, self._monotonic() + DISCONNECT_SECONDS_MAX)
        transport.finish()


async def _reject(
    scope: Scope, receive: Receive, send: Send, status: int, detail: str, headers: dict[str, str] | None = None
) -> None:
    """Reject a request; a WebSocket is rejected with the status 403, whatever ``status`` is."""
    if scope["type"] == "websocket":
        await WebSocketTransport(scope, receive, send).close(POLICY_VIOLATION)
        return
    if status == 503:
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS_RANGE[1])}
    await text_response(scope, status, detail, headers)(scope, receive, send)
