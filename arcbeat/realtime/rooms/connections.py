"""Keep the set of connected clients, over all transports, and close connections that must end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol

import structlog

from arcbeat.domain.errors import StoreError
from arcbeat.domain.identity.identity import Identity, IdentityKind
from arcbeat.domain.identity.ports import Revocations
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.rooms.limits import WAITING_SECONDS_MAX

CHECK_INTERVAL_SECONDS = 1.0

Check = Callable[[], Awaitable[None]]

logger = structlog.get_logger(__name__)


class CloseReason(StrEnum):
    """Why the server closes a connection; the ``reason`` of the contract's ``closing`` message."""

    EXPIRED = "expired"
    REVOKED = "revoked"
    UNVERIFIABLE = "unverifiable"
    TOO_SLOW = "too-slow"
    TOO_MANY_MESSAGES = "too-many-messages"
    MALFORMED = "malformed"


CLOSE_DETAILS = {
    CloseReason.EXPIRED: "The credentials have expired; connect again with new ones.",
    CloseReason.REVOKED: "The credentials have been revoked.",
    CloseReason.UNVERIFIABLE: "The server cannot check at the moment whether the credentials are revoked; "
    "connect again later.",
    CloseReason.TOO_SLOW: "The client does not read what the server sends.",
    CloseReason.TOO_MANY_MESSAGES: "The client sends too many messages.",
    CloseReason.MALFORMED: "The client sent data that is not a valid message.",
}


class TransportKind(StrEnum):
    """How a client is connected; a label of the metrics."""

    SOCKET_IO = "socketio"
    WEBSOCKET = "websocket"


class Client(Protocol):
    """One connected client, as the set of connections needs it."""

    @property
    def identity(self) -> Identity: ...

    @property
    def transport(self) -> TransportKind: ...

    def waiting_seconds(self) -> float:
        """Return for how many seconds the oldest unsent frame has been waiting for the client to read."""
        ...

    async def close(self, reason: CloseReason) -> None:
        """Send the reason and close the connection. Returns soon, even if the client does not read."""
        ...


class SocketObserver(Protocol):
    """Receives what happens on sockets, for the metrics."""

    def socket_opened(self, transport: str) -> None: ...

    def socket_rejected(self, transport: str, problem: str) -> None: ...

    def socket_closed(self, transport: str, reason: str) -> None: ...

    def frame_sent(self, transport: str, event: str, size_bytes: int) -> None: ...


class Connections:
    """The connected clients.

    Credentials and pace are checked by one loop over all clients (see `run_checks`), because a timer per client would
    cost more with thousands of them.
    """

    def __init__(self, revocations: Revocations, clock: Clock, observer: SocketObserver) -> None:
        self._revocations = revocations
        self._clock = clock
        self._observer = observer
        self._clients: set[Client] = set()
        self._by_user: Counter[tuple[IdentityKind, str]] = Counter()

    def __len__(self) -> int:
        return len(self._clients)

    def count_of(self, identity: Identity) -> int:
        """Return how many connections the same user, API key or external subject has, including those that open."""
        return self._by_user[_user_of(identity)]

    @contextmanager
    def opening(self, identity: Identity) -> Iterator[None]:
        """Count a client that was admitted, until it is added or has failed to open."""
        self._count(identity, 1)
        try:
            yield
        finally:
            self._count(identity, -1)

    def add(self, client: Client) -> None:
        """Add a client that was admitted."""
        self._clients.add(client)
        self._count(client.identity, 1)
        self._observer.socket_opened(client.transport)

    def remove(self, client: Client, reason: str) -> None:
        """Remove a client that disconnected or was closed. A client that was removed before is ignored."""
        if client in self._clients:
            self._clients.remove(client)
            self._count(client.identity, -1)
            self._observer.socket_closed(client.transport, reason)

    def sizes(self) -> dict[str, float]:
        """Return the number of connected clients per transport."""
        found = Counter(client.transport for client in self._clients)
        return {transport.value: float(found[transport]) for transport in TransportKind}

    async def check(self) -> None:
        """Close the connections whose credentials are no longer valid, or whose client is too slow."""
        for client in tuple(self._clients):
            reason = await self._reason_to_close(client)
            if reason is not None:
                await self.close(client, reason)

    async def close(self, client: Client, reason: CloseReason) -> None:
        """Close one connection. A client that was removed before is ignored."""
        if client not in self._clients:
            return
        logger.info("socket_closed", reason=reason, transport=client.transport, actor=client.identity.name)
        self.remove(client, reason)
        await client.close(reason)

    def _count(self, identity: Identity, change: int) -> None:
        user = _user_of(identity)
        self._by_user[user] += change
        if not self._by_user[user]:
            del self._by_user[user]

    async def _reason_to_close(self, client: Client) -> CloseReason | None:
        expires_at = client.identity.expires_at
        if expires_at is not None and expires_at <= self._clock():
            return CloseReason.EXPIRED
        try:
            if await self._revocations.is_revoked(client.identity):
                return CloseReason.REVOKED
        except StoreError:
            # Fail closed, as a request would with 503: otherwise a revoked client would stay for the whole outage.
            return CloseReason.UNVERIFIABLE
        return CloseReason.TOO_SLOW if client.waiting_seconds() > WAITING_SECONDS_MAX else None


def _user_of(identity: Identity) -> tuple[IdentityKind, str]:
    return identity.kind, identity.name


async def run_checks(checks: Sequence[Check]) -> None:
    """Run these checks every second until cancelled. A check that fails is logged and runs again."""
    while True:
        await asyncio.sleep(CHECK_INTERVAL_SECONDS)
        for check in checks:
            try:
                await check()
            except Exception:
                logger.exception("socket_check_failed")
