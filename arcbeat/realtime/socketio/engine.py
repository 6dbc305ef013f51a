"""Guard the Engine.IO connections below python-socketio.

Each connection must authenticate in time, its messages are counted, malformed ones end it, and it can be ended at once.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import structlog
from socketio import AsyncServer
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from arcbeat.api.body import ClientDisconnected
from arcbeat.api.problems import problem_of
from arcbeat.domain.errors import InvalidInput, PayloadTooLarge
from arcbeat.realtime.rooms.connections import CloseReason
from arcbeat.realtime.rooms.limits import CONNECTIONS_MAX, RETRY_AFTER_SECONDS_RANGE, MessageRateLimit, Monotonic
from arcbeat.realtime.socketio.internals import EngineInternals
from arcbeat.realtime.socketio.outbox import Outbox
from arcbeat.realtime.socketio.polling import read_packets
from arcbeat.realtime.socketio.transport import TransportAborted, WebSocketTransport

AUTHENTICATION_SECONDS_MAX = 10.0
"""Time in which a new connection must present credentials."""
DISCONNECT_SECONDS_MAX = 5.0
"""Time that a client has to read the reason before its connection is aborted."""
SESSIONS_MAX = 2 * CONNECTIONS_MAX
"""Open sessions, including those that have not authenticated yet."""
MALFORMED = (ValueError, TypeError, LookupError, AttributeError)
"""What python-socketio raises when a client sends something that is not a packet."""
TRANSPORT_KEY = "arcbeat.transport"

Evict = Callable[[str, CloseReason], Awaitable[None]]

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class EngineSession:
    """One session of Engine.IO.

    Attributes:
        abort_at: when the connection is aborted, in monotonic seconds; None for an admitted client.
        transport: the WebSocket; None while the client polls.
    """

    rate_limit: MessageRateLimit
    abort_at: float | None
    transport: WebSocketTransport | None


class Engine:
    """All sessions of Engine.IO, by their ids.

    Args:
        evict: closes the connection of a client that misbehaves.
    """

    def __init__(self, server: AsyncServer, internals: EngineInternals, evict: Evict, monotonic: Monotonic) -> None:
        self._server = server
        self._internals = internals
        self._evict = evict
        self._monotonic = monotonic
        self._sessions: dict[str, EngineSession] = {}
        internals.set_queue_class(Outbox)
        self._connect_to_namespace = internals.replace_handler("connect", self._connected)
        self._handle_message = internals.replace_handler("message", self._received)
        self._handle_disconnect = internals.replace_handler("disconnect", self._disconnected)

    def __len__(self) -> int:
        return len(self._sessions)

    def __contains__(self, engine_id: str) -> bool:
        return engine_id in self._sessions

    async def handle_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request under the path of Socket.IO."""
        engine_id = _engine_id(scope)
        if engine_id is None and len(self._sessions) >= SESSIONS_MAX:
            await _reject(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._handle_websocket(engine_id, scope, WebSocketTransport(scope, receive, send))
        elif scope["method"] == "POST" and engine_id is not None:
            await self._handle_post(engine_id, scope, receive, send)
        else:
            await self._server.handle_request(scope, receive, send)

    def rate_limit(self, engine_id: str) -> MessageRateLimit:
        """Return the rate limit of a session."""
        return self._sessions[engine_id].rate_limit

    def unsent_packets(self, engine_id: str) -> int:
        """Return how many packets wait for the client to read them."""
        return int(self._internals.queue_of(engine_id).qsize())

    def admit(self, engine_id: str) -> None:
        """Let the session stay, because its client was admitted."""
        if engine_id in self._sessions:
            self._sessions[engine_id].abort_at = None

    def abort_later(self, engine_id: str) -> None:
        """Abort the session after the time a client needs to read why, unless it connects again before."""
        if engine_id in self._sessions:
            self._sessions[engine_id].abort_at = self._monotonic() + DISCONNECT_SECONDS_MAX

    async def check(self) -> None:
        """Abort the sessions whose time is over."""
        now = self._monotonic()
        for engine_id, session in tuple(self._sessions.items()):
            if session.abort_at is not None and session.abort_at <= now:
                await self.abort(engine_id)

    async def abort(self, engine_id: str) -> None:
        """End a session now, whether or not the client has read what was sent."""
        session = self._sessions.get(engine_id)
        if session is not None and session.transport is not None:
            session.transport.abort()
        else:
            await self._internals.close(engine_id)

    async def _handle_websocket(self, engine_id: str | None, scope: Scope, transport: WebSocketTransport) -> None:
        # `_connected` takes the transport of a new session from the scope; here it is set for a session that polls
        # and now changes over to this WebSocket.
        scope[TRANSPORT_KEY] = transport
        session = self._sessions.get(engine_id) if engine_id else None
        if session is not None and session.transport is None:
            session.transport = transport
        with suppress(TransportAborted):
            await self._server.handle_request(scope, transport.receive, transport.send)
        if session is not None and session.transport is transport:
            session.transport = None

    async def _handle_post(self, engine_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            receive = await read_packets(scope, receive)
        except ClientDisconnected:
            return
        except (InvalidInput, PayloadTooLarge) as error:
            await self._evict(engine_id, CloseReason.MALFORMED)
            await Response(status_code=problem_of(error).status)(scope, receive, send)
            return
        await self._server.handle_request(scope, receive, send)

    async def _connected(self, engine_id: str, environ: dict[str, Any]) -> Any:
        self._sessions[engine_id] = EngineSession(
            rate_limit=MessageRateLimit(self._monotonic),
            abort_at=self._monotonic() + AUTHENTICATION_SECONDS_MAX,
            transport=environ["asgi.scope"].get(TRANSPORT_KEY),
        )
        self._internals.queue_of(engine_id).transport = partial(self._usable_transport, engine_id)
        return await self._connect_to_namespace(engine_id, environ)

    def _usable_transport(self, engine_id: str) -> WebSocketTransport | None:
        """Return the WebSocket of a session, or None if the client has not finished changing over to it."""
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
            await self._handle_message(engine_id, data)
        except MALFORMED as error:
            logger.info("malformed_message", error=type(error).__name__)
            await self._evict(engine_id, CloseReason.MALFORMED)

    async def _disconnected(self, engine_id: str, reason: str) -> None:
        self._sessions.pop(engine_id, None)
        self._internals.end_poll(engine_id)
        await self._handle_disconnect(engine_id, reason)


def _engine_id(scope: Scope) -> str | None:
    return next(iter(parse_qs(scope["query_string"].decode("latin-1")).get("sid", ())), None)


async def _reject(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
    else:
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS_RANGE[1])}
        await Response(status_code=503, headers=headers)(scope, receive, send)
