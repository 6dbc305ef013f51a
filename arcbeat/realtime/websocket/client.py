"""Send frames to one admitted client of the plain WebSocket, until one side closes the connection."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket

from arcbeat.api.problem_texts.translation import problem_language
from arcbeat.api.problems import problem_body, problem_of
from arcbeat.domain.catalogue.device_types import Language
from arcbeat.domain.errors import ArcbeatError, InvalidInput, TooManyRequests
from arcbeat.domain.identity.identity import Identity
from arcbeat.realtime.rooms.connections import CLOSE_DETAILS, CloseReason, SocketObserver, TransportKind
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.limits import MessageRateLimit, Monotonic
from arcbeat.realtime.rooms.subscriptions import Subscription
from arcbeat.realtime.sampling.row_encoding import encode

CLOSE_SECONDS_MAX = 5.0
"""Time that a client has to read the last message."""
PROBLEM_CODE_BASE = 4000
"""A connection that ends with a problem is closed with this code plus the HTTP status of the problem."""
CLOSE_CODES = {
    CloseReason.EXPIRED: 4401,
    CloseReason.REVOKED: 4401,
    CloseReason.UNVERIFIABLE: 4503,
    CloseReason.TOO_SLOW: 4408,
    CloseReason.TOO_MANY_MESSAGES: 4429,
    CloseReason.MALFORMED: 4400,
}


@dataclass(frozen=True, slots=True)
class ConnectionClose:
    """The last message of a connection, and the code and reason of its close frame."""

    frame: Frame
    code: int
    reason: str

    @classmethod
    def because(cls, reason: CloseReason) -> "ConnectionClose":
        """Close for a reason of the contract's ``closing`` message."""
        frame = Frame("closing", encode({"reason": reason, "detail": CLOSE_DETAILS[reason]}))
        return cls(frame, CLOSE_CODES[reason], reason)

    @classmethod
    def problem(cls, error: ArcbeatError, language: Language) -> "ConnectionClose":
        """Close with a ``problem`` message."""
        problem = problem_of(error)
        return cls(problem_frame(error, language), PROBLEM_CODE_BASE + problem.status, problem.slug)


def problem_frame(error: ArcbeatError, language: Language) -> Frame:
    """Return an error as a ``problem`` message."""
    return Frame("problem", encode({"problem": problem_body(error, language)}))


def serialize_message(event: str, body: bytes) -> bytes:
    """Return a frame as one JSON object whose member ``type`` is the event."""
    return b'{"type":"%b",%b' % (event.encode(), body[1:])


class MessageSender:
    """Send messages to one client, and count them for the metrics.

    Attributes:
        language: the language of problems.
    """

    def __init__(self, socket: WebSocket, observer: SocketObserver) -> None:
        self.language = problem_language(socket.headers.get("accept-language"))
        self._socket = socket
        self._observer = observer

    async def send(self, frame: Frame) -> None:
        """Send a frame. Waits until the client has read enough of what was sent before."""
        text = frame.text(serialize_message)
        self._observer.frame_sent(TransportKind.WEBSOCKET, frame.event, len(text.encode()))
        await self._socket.send({"type": "websocket.send", "text": text})

    async def close(self, close: ConnectionClose) -> None:
        """Send the last message and close. A client that does not read is left to the server, which aborts it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS_MAX):
                await self.send(close.frame)
                await self._socket.close(close.code, close.reason)


class WebSocketClient:
    """One client, as a member of one room.

    It sends the frames of its subscription one after another, each computed when the client is ready for it, so a slow
    client skips ticks instead of filling a queue.
    """

    transport = TransportKind.WEBSOCKET

    def __init__(
        self,
        identity: Identity,
        subscription: Subscription,
        socket: WebSocket,
        sender: MessageSender,
        monotonic: Monotonic,
    ) -> None:
        self.identity = identity
        self._subscription = subscription
        self._socket = socket
        self._sender = sender
        self._monotonic = monotonic
        self._rate_limit = MessageRateLimit(monotonic)
        self._woken = asyncio.Event()
        self._waiting_since: float | None = None
        self._closing: asyncio.Future[ConnectionClose] = asyncio.get_running_loop().create_future()

    def waiting_seconds(self) -> float:
        return 0.0 if self._waiting_since is None else self._monotonic() - self._waiting_since

    async def close(self, reason: CloseReason) -> None:
        self._close(ConnectionClose.because(reason))

    async def notify(self) -> None:
        if self._waiting_since is None:
            self._waiting_since = self._monotonic()
        self._woken.set()

    async def send(self, frame: Frame) -> None:
        """Ignore the frame: rooms send only ``fields`` this way, and here a snapshot with the new fields follows."""

    async def evict(self, frame: Frame) -> None:
        self._close(ConnectionClose(frame, PROBLEM_CODE_BASE + 404, frame.event))

    async def run(self) -> None:
        """Serve the client until it disconnects or `close` or `evict` is called."""
        tasks = [asyncio.create_task(self._send_all()), asyncio.create_task(self._read_all())]
        until: list[asyncio.Future[Any]] = [*tasks, self._closing]
        try:
            await asyncio.wait(until, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.result()
        if self._closing.done():
            await self._sender.close(self._closing.result())

    def _close(self, close: ConnectionClose) -> None:
        if not self._closing.done():
            self._closing.set_result(close)

    async def _send_all(self) -> None:
        while True:
            # Cleared before the frame is computed: a tick in between leads to another round, and none is missed.
            self._woken.clear()
            self._waiting_since = None
            frame = self._subscription.next_frame()
            if frame is None:
                await self._woken.wait()
            else:
                await self._sender.send(frame)

    async def _read_all(self) -> None:
        """Answer each message with a problem: an admitted client has nothing to send, and must not send it fast."""
        while (await self._socket.receive())["type"] == "websocket.receive":
            self._rate_limit.count()
            if self._rate_limit.is_abused:
                self._close(ConnectionClose.because(CloseReason.TOO_MANY_MESSAGES))
                return
            await self._sender.send(problem_frame(self._rejection(), self._sender.language))

    def _rejection(self) -> ArcbeatError:
        try:
            self._rate_limit.check()
        except TooManyRequests as error:
            return error
        return InvalidInput.of_body("the server expects no messages after the credentials")
