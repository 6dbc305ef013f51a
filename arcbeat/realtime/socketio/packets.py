"""Packets of Socket.IO that are written when their turn to be sent has come."""

from collections.abc import Callable
from typing import Generic, TypeVar

import structlog
from engineio.packet import MESSAGE, NOOP
from engineio.packet import Packet as EnginePacket
from socketio import AsyncServer
from socketio.packet import BINARY_ACK, BINARY_EVENT, EVENT
from socketio.packet import Packet as SocketPacket

from arcbeat.realtime.rooms.connections import SocketObserver, TransportKind
from arcbeat.realtime.rooms.frames import Frame, JsonCodec
from arcbeat.realtime.rooms.limits import Monotonic
from arcbeat.realtime.rooms.subscriptions import Subscription

NAMESPACE = "/realtime"
NOOP_PACKET = str(NOOP)
EVENT_HEAD = f"{MESSAGE}{EVENT}{NAMESPACE},".encode()

S = TypeVar("S", bound=Subscription)

logger = structlog.get_logger(__name__)


class JsonPacket(SocketPacket):  # type: ignore[misc] # python-socketio has no types
    """Nothing here is binary, so that nothing need be searched for what is; what is encoded already stays as it is."""

    uses_binary_events = False
    json = JsonCodec

    def decode(self, encoded_packet: str) -> int | None:
        attachments: int | None = super().decode(encoded_packet)
        if self.packet_type in {BINARY_EVENT, BINARY_ACK}:
            raise ValueError("nothing here is binary")
        return attachments


def serialize_event(event: str, body: bytes) -> bytes:
    """An event of the namespace as Engine.IO sends it: JsonPacket would copy what may be long, and is encoded."""
    return b'%b["%b",%b]' % (EVENT_HEAD, event.encode(), body)


class LazyPacket(EnginePacket):  # type: ignore[misc] # python-engineio has no types
    """What it says is asked for when Engine.IO writes it.

    Engine.IO's queue of a client has no bound. A client that is slow has one of these in it, however many ticks pass,
    and is told what is newest then.
    """

    def __init__(self, write: Callable[[], str]) -> None:
        super().__init__(MESSAGE)
        self._write = write
        self._written: str | None = None

    def encode(self, b64: bool = False) -> str:  # noqa: ARG002 -- the shape of Engine.IO's
        if self._written is None:
            self._written = self._write()
        return self._written


class PacketSender:
    """The way to one client of Socket.IO."""

    def __init__(self, server: AsyncServer, engine_id: str, observer: SocketObserver, monotonic: Monotonic) -> None:
        self.monotonic = monotonic
        self._engine = server.eio
        self._engine_id = engine_id
        self._observer = observer

    async def send(self, write: Callable[[], str]) -> None:
        """A packet that is written when its turn has come; nothing happens when the client has gone."""
        await self._engine.send_packet(self._engine_id, LazyPacket(write))

    async def tell(self, frame: Frame) -> None:
        """One frame, whatever else there is."""
        await self.send(lambda: self.text_of(frame))

    def text_of(self, frame: Frame) -> str:
        """A frame as it is sent, which counts as sent."""
        text = frame.text(serialize_event)
        self._observer.frame_sent(TransportKind.SOCKET_IO, frame.event, len(text.encode()))
        return text


class SubscriptionWriter(Generic[S]):
    """Tells one client what a source has for it, at most one packet at a time."""

    def __init__(self, source: S, sender: PacketSender) -> None:
        self.source = source
        self._sender = sender
        self._waiting_since: float | None = None
        self._closed = False

    def waiting_seconds(self) -> float:
        """How long a packet has been waiting to be written."""
        return 0.0 if self._waiting_since is None else self._sender.monotonic() - self._waiting_since

    async def notify(self) -> None:
        """There is something new."""
        if self._waiting_since is None:
            self._waiting_since = self._sender.monotonic()
            await self._sender.send(self._write)

    def close(self) -> None:
        """A packet that waits will say nothing."""
        self._closed = True

    def _write(self) -> str:
        self._waiting_since = None
        try:
            frame = None if self._closed else self.source.next_frame()
            return NOOP_PACKET if frame is None else self._sender.text_of(frame)
        except Exception:
            logger.exception("frame_failed")  # Engine.IO would swallow it
            raise
