"""Between Engine.IO and python-socketio: messages are counted, what is none stops here, nobody stays unknown."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import structlog
from engineio.packet import NOOP, Packet
from socketio import AsyncServer
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from arcbeat.api.body import ClientDisconnected
from arcbeat.api.problems import problem_of
from arcbeat.domain.errors import InvalidInput, PayloadTooLarge
from arcbeat.realtime.rooms.connections import CloseReason
from arcbeat.realtime.rooms.limits import CONNECTIONS_MAX, RETRY_AFTER_SECONDS_RANGE, MessageRateLimit, Monotonic
from arcbeat.realtime.socketio.outbox import Outbox
from arcbeat.realtime.socketio.polling import read_packets
from arcbeat.realtime.socketio.transport import TransportAborted, WebSocketTransport

AUTHENTICATION_SECONDS_MAX = 10.0
"""Who has not shown credentials by then goes."""
DISCONNECT_SECONDS_MAX = 5.0
"""Who is told to go has so long to hear it."""
SESSIONS_MAX = 2 * CONNECTIONS_MAX
"""Those who have not shown credentials yet among them."""
MALFORMED = (ValueError, TypeError, LookupError, AttributeError)
"""What python-socketio raises where a client sends something that is no packet."""
LINE = "arcbeat.line"

Evict = Callable[[str, CloseReason], Awaitable[None]]

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class EngineSession:
    """One connection of Engine.IO.

    Attributes:
        leave_at: when it is cut; None for one that was let in.
        line: where it is a WebSocket.
    """

    allowance: MessageRateLimit
    leave_at: float | None
    line: WebSocketTransport | None


class Engine:
    """All connections of Engine.IO, by its session ids.

    Args:
        evict: is asked to send away one that misbehaves.
    """

    def __init__(self, server: AsyncServer, evict: Evict, monotonic: Monotonic) -> None:
        self._server = server
        self._evict = evict
        self._monotonic = monotonic
        self._visitors: dict[str, EngineSession] = {}
        self._inner: dict[str, Callable[..., Awaitable[Any]]] = dict(server.eio.handlers)
        server.eio.create_queue = Outbox
        server.eio.on("connect", self._connected)
        server.eio.on("message", self._received)
        server.eio.on("disconnect", self._disconnected)

    def __len__(self) -> int:
        return len(self._visitors)

    def __contains__(self, engine_id: str) -> bool:
        return engine_id in self._visitors

    async def handle_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Everything under the path of Socket.IO comes here."""
        engine_id = _engine_id(scope)
        if engine_id is None and len(self._visitors) >= SESSIONS_MAX:
            await _refuse(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._handle_websocket(engine_id, scope, WebSocketTransport(scope, receive, send))
        elif scope["method"] == "POST" and engine_id is not None:
            await self._handle_post(engine_id, scope, receive, send)
        else:
            await self._server.handle_request(scope, receive, send)

    def allowance(self, engine_id: str) -> MessageRateLimit:
        """What a client may still send."""
        return self._visitors[engine_id].allowance

    def unsent(self, engine_id: str) -> int:
        """How many packets the client has not taken yet."""
        return int(self._server.eio.sockets[engine_id].queue.qsize())

    def joined(self, engine_id: str) -> None:
        """It was let in, and may stay."""
        if engine_id in self._visitors:
            self._visitors[engine_id].leave_at = None

    def left(self, engine_id: str) -> None:
        """It may stay no longer than it takes to tell it."""
        if engine_id in self._visitors:
            self._visitors[engine_id].leave_at = self._monotonic() + DISCONNECT_SECONDS_MAX

    async def check(self) -> None:
        """Cut those whose time is over."""
        now = self._monotonic()
        for engine_id, visitor in tuple(self._visitors.items()):
            if visitor.leave_at is not None and visitor.leave_at <= now:
                await self.cut(engine_id)

    async def cut(self, engine_id: str) -> None:
        """End a connection now."""
        visitor = self._visitors.get(engine_id)
        socket = self._server.eio.sockets.get(engine_id)
        if visitor is not None and visitor.line is not None:
            visitor.line.cut()
        elif socket is not None:
            # without waiting until the client has taken what was sent
            await socket.close(wait=False, reason=self._server.eio.reason.SERVER_DISCONNECT)

    async def _handle_websocket(self, engine_id: str | None, scope: Scope, line: WebSocketTransport) -> None:
        scope[LINE] = line
        visitor = self._visitors.get(engine_id) if engine_id else None
        if visitor is not None and visitor.line is None:
            visitor.line = line
        with suppress(TransportAborted):
            await self._server.handle_request(scope, line.receive, line.send)
        if visitor is not None and visitor.line is line:
            visitor.line = None

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
        line = environ["asgi.scope"].get(LINE)
        self._visitors[engine_id] = EngineSession(
            MessageRateLimit(self._monotonic), self._monotonic() + AUTHENTICATION_SECONDS_MAX, line
        )
        self._server.eio.sockets[engine_id].queue.line = partial(self._line, engine_id)
        return await self._inner["connect"](engine_id, environ)

    def _line(self, engine_id: str) -> WebSocketTransport | None:
        """The WebSocket of one that may use it already."""
        visitor, socket = self._visitors.get(engine_id), self._server.eio.sockets.get(engine_id)
        return visitor.line if visitor is not None and socket is not None and socket.upgraded else None

    async def _received(self, engine_id: str, data: Any) -> None:
        visitor = self._visitors.get(engine_id)
        if visitor is None:
            return
        visitor.allowance.count()
        if visitor.allowance.is_abused:
            await self._evict(engine_id, CloseReason.TOO_MANY_MESSAGES)
            return
        try:
            await self._inner["message"](engine_id, data)
        except MALFORMED as error:
            logger.info("malformed_message", error=type(error).__name__)
            await self._evict(engine_id, CloseReason.MALFORMED)

    async def _disconnected(self, engine_id: str, reason: str) -> None:
        self._visitors.pop(engine_id, None)
        socket = self._server.eio.sockets.get(engine_id)
        if socket is not None and not socket.upgraded:
            socket.queue.put_nowait(Packet(NOOP))  # Engine.IO would let a poll wait until it times out
        await self._inner["disconnect"](engine_id, reason)


def _engine_id(scope: Scope) -> str | None:
    return next(iter(parse_qs(scope["query_string"].decode("latin-1")).get("sid", ())), None)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
    else:
        await Response(status_code=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS_RANGE[1])})(
            scope, receive, send
        )
