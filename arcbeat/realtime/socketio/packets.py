"""The packets of Socket.IO: read their headers, and send frames to one client, serialized when they are written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from arcbeat.api.problems import problem_body
from arcbeat.domain.errors import NotFound
from arcbeat.realtime.rooms.connections import SocketObserver, TransportKind
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.limits import Monotonic
from arcbeat.realtime.rooms.subscriptions import Subscription
from arcbeat.realtime.socketio.internals import (
    CONNECT,
    CONNECT_ERROR,
    EVENT,
    MESSAGE,
    NOOP,
    EngineInternals,
    JsonCodec,
    LazyPacket,
)

NAMESPACE = "/realtime"
MAIN_NAMESPACE = "/"
NAMESPACE_LENGTH_MAX = 100
NOOP_PACKET = str(NOOP)
CONNECT_FORM = f'Connect to {NAMESPACE} with the option auth: {{token: "…"}} or auth: {{api_key: "…"}}.'
EVENT_PREFIX = f"{MESSAGE}{EVENT}{NAMESPACE},".encode()

S = TypeVar("S", bound=Subscription)

logger = structlog.get_logger(__name__)


def serialize_event(event: str, body: bytes) -> bytes:
    """Return an event of the namespace as Engine.IO sends it: ``42/realtime,["delta",{…}]``.

    Built by hand because the body is encoded already and may be long; JsonPacket would copy it once more.
    """
    return b'%b["%b",%b]' % (EVENT_PREFIX, event.encode(), body)


@dataclass(frozen=True, slots=True)
class PacketHeader:
    """The type and the namespace of a packet from a client: ``0`` and ``/realtime`` in ``0/realtime,{"token":"…"}``."""

    packet_type: str
    namespace: str

    @classmethod
    def of(cls, packet: str) -> "PacketHeader":
        """Return the header of a packet, with the same namespace as python-socketio reads.

        Raises:
            ValueError: the packet is empty, has attachments, or its namespace is too long.
            TypeError: the packet is not text.
        """
        if not isinstance(packet, str):
            raise TypeError("the packet is not text")
        packet_type, rest = packet[:1], packet[1:]
        namespace = rest.partition(",")[0].partition("?")[0] if rest.startswith("/") else MAIN_NAMESPACE
        if not packet_type.isdecimal() or len(namespace) > NAMESPACE_LENGTH_MAX:
            raise ValueError("not a packet")
        return cls(packet_type, namespace)

    @property
    def is_connect(self) -> bool:
        return self.packet_type == str(CONNECT)

    @property
    def is_realtime(self) -> bool:
        return self.namespace == NAMESPACE


def rejected_namespace(namespace: str) -> str:
    """Return the answer to a CONNECT packet for a namespace that does not exist.

    It is an object with ``message`` and ``data``, as that for rejected credentials: clients make an error of both.
    """
    prefix = "" if namespace == MAIN_NAMESPACE else f"{namespace},"
    problem = problem_body(NotFound(f"Invalid namespace: there is no namespace {namespace}. {CONNECT_FORM}"))
    return f"{CONNECT_ERROR}{prefix}{JsonCodec.dumps({'message': problem['detail'], 'data': problem})}"


class PacketSender:
    """Send packets to one client."""

    def __init__(
        self, internals: EngineInternals, engine_id: str, observer: SocketObserver, monotonic: Monotonic
    ) -> None:
        self.monotonic = monotonic
        self._internals = internals
        self._engine_id = engine_id
        self._observer = observer

    async def send_lazily(self, write: Callable[[], str]) -> None:
        """Send a packet that ``write`` makes when it is written. A client that has disconnected is ignored."""
        await self._internals.send_packet(self._engine_id, LazyPacket(write))

    async def send(self, frame: Frame) -> None:
        """Send this frame."""
        await self.send_lazily(lambda: self.text_of(frame))

    def text_of(self, frame: Frame) -> str:
        """Return the frame as it is sent, and count it as sent."""
        text = frame.text(serialize_event)
        self._observer.frame_sent(TransportKind.SOCKET_IO, frame.event, len(text.encode()))
        return text


class SubscriptionWriter(Generic[S]):
    """Send the frames of one subscription to one client, with at most one packet in the queue at a time."""

    def __init__(self, subscription: S, sender: PacketSender) -> None:
        self.subscription = subscription
        self._sender = sender
        self._waiting_since: float | None = None
        self._closed = False

    def waiting_seconds(self) -> float:
        """Return for how many seconds a packet has been waiting to be written; 0 if there is none."""
        return 0.0 if self._waiting_since is None else self._sender.monotonic() - self._waiting_since

    @property
    def is_waiting(self) -> bool:
        """Whether a packet is in the queue."""
        return self._waiting_since is not None

    async def notify(self) -> None:
        """Queue a packet for the newest frame, unless one is in the queue already."""
        if self._waiting_since is None:
            self._waiting_since = self._sender.monotonic()
            await self._sender.send_lazily(self._write)

    def close(self) -> None:
        """Send no more frames; a packet that is in the queue becomes a no-op."""
        self._closed = True

    def _write(self) -> str:
        self._waiting_since = None
        try:
            frame = None if self._closed else self.subscription.next_frame()
            return NOOP_PACKET if frame is None else self._sender.text_of(frame)
        except Exception:
            # Logged here because the caller, Engine.IO's writer task, discards exceptions.
            logger.exception("frame_failed")
            raise
