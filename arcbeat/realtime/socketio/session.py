"""The state of one session of Engine.IO."""

import asyncio
from dataclasses import dataclass, field

from arcbeat.realtime.rooms.limits import MessageRateLimit
from arcbeat.realtime.socketio.transport import WebSocketTransport

POLLING, WEBSOCKET, UPGRADING = "polling", "websocket", "upgrading"


@dataclass(slots=True)
class EngineSession:
    """One session of Engine.IO.

    Attributes:
        abort_at: when the connection is aborted, in monotonic seconds; None for an admitted client.
        has_left: whether the client was admitted and has left the namespace; it may join again until `abort_at`.
        transport: the WebSocket; None while the client polls.
        upgrade: the WebSocket to which a polling client prepares to move.
        polled: done when no poll is pending.
        is_posting: whether a request with packets is being handled.
        rejected_namespaces: attempts to connect to a namespace that does not exist.
    """

    rate_limit: MessageRateLimit
    abort_at: float | None
    transport: WebSocketTransport | None
    has_left: bool = False
    upgrade: WebSocketTransport | None = None
    polled: asyncio.Event = field(default_factory=asyncio.Event)
    is_posting: bool = False
    rejected_namespaces: int = 0

    def __post_init__(self) -> None:
        self.polled.set()

    @property
    def is_admitted(self) -> bool:
        return self.abort_at is None

    @property
    def kind(self) -> str:
        """How the client is connected: polling, websocket or upgrading."""
        if self.transport is not None:
            return WEBSOCKET
        return UPGRADING if self.upgrade is not None else POLLING

    def admit(self) -> None:
        """Let the session stay, because its client was admitted."""
        self.abort_at = None
        self.has_left = False

    def leave(self, *, abort_at: float) -> None:
        """Note that the client has left the namespace."""
        self.abort_at = abort_at
        self.has_left = True
