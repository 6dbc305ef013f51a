"""A WebSocket of Engine.IO that the server can end."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog
from starlette.types import Message, Receive, Scope, Send

CLOSE_PACKET = "1"
PACKET_TYPES = tuple("0123456")
WRITE_NOWAIT = "arcbeat.write_nowait"
"""Name of an ASGI extension of ours, which ``runtime/uvicorn_internals.py`` implements.

``write(make)`` sends the text that ``make`` returns and returns True; or, if the client has to read something first,
returns False without calling ``make``.
"""
NORMAL_CLOSURE, MALFORMED_PACKET, ABNORMAL_CLOSURE, POLICY_VIOLATION = 1000, 1003, 1006, 1008

T = TypeVar("T")

logger = structlog.get_logger(__name__)


class TransportAborted(OSError):
    """The server has aborted the connection."""


class WebSocketTransport:
    """The ASGI channels of one WebSocket, between the server and Engine.IO.

    Engine.IO ends a connection only after its pending receives and sends have returned, which a client can prevent by
    sending nothing or by reading nothing. `finish` ends the receives; Engine.IO then writes what is queued and closes
    the WebSocket. `abort` ends the sends too.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._finished = False
        self._aborted = False
        self._receiving: set[asyncio.Timeout] = set()
        self._sending: set[asyncio.Timeout] = set()

    def finish(self) -> None:
        """End the pending receive now, and all later ones immediately. What the client sends is ignored from now on."""
        self._finished = True
        _expire(self._receiving)

    def abort(self) -> None:
        """End all pending sends and receives now, and all later ones immediately."""
        self._aborted = True
        self.finish()
        _expire(self._sending)

    async def receive(self) -> Message:
        """Return the next message. A binary message, and text that is not an Engine.IO packet, end the connection."""
        if self._finished:
            return _disconnect(ABNORMAL_CLOSURE if self._aborted else NORMAL_CLOSURE)
        try:
            message = await _until_expired(self._receive, self._receiving)
        except TransportAborted:
            return await self.receive()
        if message["type"] != "websocket.receive":
            return message
        text = message.get("text") or ""
        if not text.startswith(PACKET_TYPES):
            logger.info("malformed_packet")
            return _disconnect(MALFORMED_PACKET)
        if text.startswith(CLOSE_PACKET):
            # Engine.IO handles the packet and then waits for the next one, but after a close packet there is none.
            self._finished = True
        return message

    async def receive_packet(self) -> str | None:
        """Return the next packet, or None if the connection has ended."""
        message = await self.receive()
        return message["text"] if message["type"] == "websocket.receive" else None

    async def send(self, message: Message) -> None:
        """Send a message. Raises TransportAborted if the connection is aborted."""
        # uvicorn logs the URL when it accepts or rejects a WebSocket, and the query string holds the session id.
        self._scope["query_string"] = b""
        if self._aborted:
            raise TransportAborted
        await _until_expired(lambda: self._send(message), self._sending)

    async def send_packet(self, packet: str) -> None:
        """Send a packet. Raises TransportAborted if the connection is aborted."""
        await self.send({"type": "websocket.send", "text": packet})

    async def close(self, code: int, reason: str = "") -> None:
        """Close the WebSocket, or reject it if it has not been accepted. Ignored if the client has disconnected."""
        with suppress(OSError):
            await self.send({"type": "websocket.close", "code": code, "reason": reason})

    def write_nowait(self, make: Callable[[], str]) -> bool:
        """Send the text that ``make`` returns if that does not wait for the client; else return False."""
        extension = self._scope.get("extensions", {}).get(WRITE_NOWAIT)
        return extension is not None and not self._aborted and bool(extension["write"](make))


def _disconnect(code: int) -> Message:
    return {"type": "websocket.disconnect", "code": code}


async def _until_expired(start: Callable[[], Awaitable[T]], pending: set[asyncio.Timeout]) -> T:
    # A timeout without a deadline: `_expire` gives it one in the past. This costs no task per message.
    timeout = asyncio.timeout(None)
    try:
        async with timeout:
            pending.add(timeout)
            return await start()
    except TimeoutError as error:
        raise TransportAborted from error
    finally:
        pending.discard(timeout)


def _expire(pending: set[asyncio.Timeout]) -> None:
    for timeout in pending:
        if not timeout.expired():
            timeout.reschedule(asyncio.get_running_loop().time())
