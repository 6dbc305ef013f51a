"""One connection of the plain WebSocket that was let in."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket

from arcbeat.api.problems import problem_body, problem_of
from arcbeat.domain.errors import ArcbeatError, InputError, InvalidInput, TooManyRequests
from arcbeat.domain.identity.identity import Identity
from arcbeat.realtime.rooms.connections import CLOSE_DETAILS, CloseReason, SocketObserver, TransportKind
from arcbeat.realtime.rooms.frames import Frame, serialize_message
from arcbeat.realtime.rooms.limits import MessageRateLimit, Monotonic
from arcbeat.realtime.rooms.subscriptions import Subscription
from arcbeat.realtime.sampling.row_encoding import encode

CLOSE_SECONDS_MAX = 5.0
"""A client has so long to take the last words."""
PROBLEM_CODE_BASE = 4000
"""A connection that ends with a problem is closed with this and the status of the problem."""
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
    """The last words of a connection, and how it is closed."""

    frame: Frame
    code: int
    reason: str

    @classmethod
    def because(cls, reason: CloseReason) -> "ConnectionClose":
        frame = Frame("closing", encode({"reason": reason, "detail": CLOSE_DETAILS[reason]}))
        return cls(frame, CLOSE_CODES[reason], reason)

    @classmethod
    def problem(cls, error: ArcbeatError) -> "ConnectionClose":
        problem = problem_of(error)
        return cls(problem_frame(error), PROBLEM_CODE_BASE + problem.status, problem.slug)


def problem_frame(error: ArcbeatError) -> Frame:
    """An error as a message."""
    return Frame("problem", encode({"problem": problem_body(error)}))


class MessageSender:
    """The way to one client: frames in their form of a message, counted."""

    def __init__(self, socket: WebSocket, observer: SocketObserver) -> None:
        self._socket = socket
        self._observer = observer

    async def send(self, frame: Frame) -> None:
        text = frame.text(serialize_message)
        self._observer.frame_sent(TransportKind.WEBSOCKET, frame.event, len(text.encode()))
        await self._socket.send({"type": "websocket.send", "text": text})

    async def end(self, ending: ConnectionClose) -> None:
        """The last words; a client that does not listen is left alone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS_MAX):
                await self.send(ending.frame)
                await self._socket.close(ending.code, ending.reason)


class WebSocketClient:
    """Sends what its source has, always the newest, at the pace of the client; a member of one room."""

    transport = TransportKind.WEBSOCKET

    def __init__(
        self,
        identity: Identity,
        source: Subscription,
        socket: WebSocket,
        wire: MessageSender,
        monotonic: Monotonic,
    ) -> None:
        self.identity = identity
        self._source = source
        self._socket = socket
        self._wire = wire
        self._monotonic = monotonic
        self._allowance = MessageRateLimit(monotonic)
        self._woken = asyncio.Event()
        self._waiting_since: float | None = None
        self._ending: asyncio.Future[ConnectionClose] = asyncio.get_running_loop().create_future()

    def waiting_seconds(self) -> float:
        return 0.0 if self._waiting_since is None else self._monotonic() - self._waiting_since

    async def close(self, reason: CloseReason) -> None:
        self._end(ConnectionClose.because(reason))

    async def notify(self) -> None:
        if self._waiting_since is None:
            self._waiting_since = self._monotonic()
        self._woken.set()

    async def tell(self, frame: Frame) -> None:
        """Nothing: a snapshot with the new fields follows."""

    async def evict(self, frame: Frame) -> None:
        self._end(ConnectionClose(frame, PROBLEM_CODE_BASE + 404, frame.event))

    async def run(self) -> None:
        """Until the client goes, or is sent away."""
        tasks = [asyncio.create_task(self._send_all()), asyncio.create_task(self._read_all())]
        until: list[asyncio.Future[Any]] = [*tasks, self._ending]
        try:
            await asyncio.wait(until, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.result()
        if self._ending.done():
            await self._wire.end(self._ending.result())

    def _end(self, ending: ConnectionClose) -> None:
        if not self._ending.done():
            self._ending.set_result(ending)

    async def _send_all(self) -> None:
        while True:
            self._woken.clear()
            self._waiting_since = None
            frame = self._source.next_frame()
            if frame is None:
                await self._woken.wait()
            else:
                await self._wire.send(frame)

    async def _read_all(self) -> None:
        """A client has nothing to say once it was let in, and is told so."""
        while (await self._socket.receive())["type"] == "websocket.receive":
            self._allowance.count()
            if self._allowance.is_abused:
                self._end(ConnectionClose.because(CloseReason.TOO_MANY_MESSAGES))
                return
            await self._wire.send(problem_frame(self._refusal()))

    def _refusal(self) -> ArcbeatError:
        try:
            self._allowance.check()
        except TooManyRequests as error:
            return error
        return InvalidInput((InputError("body", "", "nothing more is expected"),))
