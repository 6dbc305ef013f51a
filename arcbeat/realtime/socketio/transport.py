"""A WebSocket of Engine.IO that the server can abort."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from starlette.types import Message, Receive, Scope, Send

PACKET_TYPES = tuple("0123456")
WRITE_NOWAIT = "arcbeat.write_nowait"
"""Name of an ASGI extension of ours, which ``runtime/uvicorn_internals.py`` implements.

``write(make)`` sends the text that ``make`` returns and returns True; or, if the client has to read something first,
returns False without calling ``make``.
"""

T = TypeVar("T")

logger = structlog.get_logger(__name__)


class TransportAborted(OSError):
    """The server has aborted the connection."""


class WebSocketTransport:
    """The ASGI channels of one WebSocket, between the server and Engine.IO.

    Engine.IO ends a connection only after its pending sends and receives have returned, which a client that does not
    read can prevent for ever. `abort` ends them at once.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._aborted = False
        self._pending: set[asyncio.Timeout] = set()

    def abort(self) -> None:
        """End all pending sends and receives now, and all later ones immediately."""
        if not self._aborted:
            self._aborted = True
            for timeout in self._pending:
                timeout.reschedule(asyncio.get_running_loop().time())

    async def receive(self) -> Message:
        """Return the next message. A binary message, and text that is not an Engine.IO packet, end the connection."""
        try:
            message = await self._unless_aborted(self._receive)
        except TransportAborted:
            return {"type": "websocket.disconnect", "code": 1006}
        if message["type"] != "websocket.receive" or (message.get("text") or "").startswith(PACKET_TYPES):
            return message
        logger.info("malformed_packet")
        return {"type": "websocket.disconnect", "code": 1003}

    async def send(self, message: Message) -> None:
        """Send a message. Raises TransportAborted if the connection is aborted."""
        # uvicorn logs the URL when it accepts a WebSocket, and the query string holds the session id.
        self._scope["query_string"] = b""
        await self._unless_aborted(lambda: self._send(message))

    def write_nowait(self, make: Callable[[], str]) -> bool:
        """Send the text that ``make`` returns if that does not wait for the client; else return False."""
        extension = self._scope.get("extensions", {}).get(WRITE_NOWAIT)
        return extension is not None and not self._aborted and bool(extension["write"](make))

    async def _unless_aborted(self, start: Callable[[], Awaitable[T]]) -> T:
        if self._aborted:
            raise TransportAborted
        # A timeout without a deadline: `abort` gives it one in the past. This costs no task per message.
        timeout = asyncio.timeout(None)
        try:
            async with timeout:
                self._pending.add(timeout)
                return await start()
        except TimeoutError as error:
            raise TransportAborted from error
        finally:
            self._pending.discard(timeout)
