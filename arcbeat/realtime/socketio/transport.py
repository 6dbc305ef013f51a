"""A WebSocket of Engine.IO that can be cut from this side."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from starlette.types import Message, Receive, Scope, Send

PACKET_TYPES = tuple("0123456")
WRITE_NOWAIT = "arcbeat.write_nowait"
"""An extension of ASGI: ``write(make)`` sends the text that `make` makes, and answers False where that must wait."""

T = TypeVar("T")

logger = structlog.get_logger(__name__)


class TransportAborted(OSError):
    """The connection was cut from this side."""


class WebSocketTransport:
    """Cut, it is over for the server at once, whatever the client takes or does not take."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._is_cut = False
        self._waits: set[asyncio.Timeout] = set()

    def cut(self) -> None:
        """What is being sent or waited for ends now."""
        if not self._is_cut:
            self._is_cut = True
            for wait in self._waits:
                wait.reschedule(asyncio.get_running_loop().time())

    async def receive(self) -> Message:
        """The next message; a binary one, and one that is no packet, end the connection."""
        try:
            message = await self._unless_cut(self._receive)
        except TransportAborted:
            return {"type": "websocket.disconnect", "code": 1006}
        if message["type"] != "websocket.receive" or (message.get("text") or "").startswith(PACKET_TYPES):
            return message
        logger.info("malformed_packet")
        return {"type": "websocket.disconnect", "code": 1003}

    async def send(self, message: Message) -> None:
        """Raises TransportAborted where it is."""
        self._scope["query_string"] = b""  # uvicorn logs it, and it names the session
        await self._unless_cut(lambda: self._send(message))

    def write_nowait(self, make: Callable[[], str]) -> bool:
        """Send a text if that needs no waiting; else nothing is made, and the answer is False."""
        server = self._scope.get("extensions", {}).get(WRITE_NOWAIT)
        return server is not None and not self._is_cut and bool(server["write"](make))

    async def _unless_cut(self, begin: Callable[[], Awaitable[T]]) -> T:
        if self._is_cut:
            raise TransportAborted
        wait = asyncio.timeout(None)
        try:
            async with wait:
                self._waits.add(wait)
                return await begin()
        except TimeoutError as error:
            raise TransportAborted from error
        finally:
            self._waits.discard(wait)
