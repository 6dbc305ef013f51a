"""Everybody who is connected, over whatever transport: let in, looked after, and sent away."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Protocol

import structlog

from arcbeat.domain.errors import StoreError
from arcbeat.domain.identity.identity import Identity
from arcbeat.domain.identity.ports import Revocations
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.rooms.limits import WAITING_SECONDS_MAX

CHECK_INTERVAL_SECONDS = 1.0

Check = Callable[[], Awaitable[None]]

logger = structlog.get_logger(__name__)


class CloseReason(StrEnum):
    """Why the server ends a connection."""

    EXPIRED = "expired"
    REVOKED = "revoked"
    UNVERIFIABLE = "unverifiable"
    TOO_SLOW = "too-slow"
    TOO_MANY_MESSAGES = "too-many-messages"
    MALFORMED = "malformed"


CLOSE_DETAILS = {
    CloseReason.EXPIRED: "The credentials are expired; connect again with new ones.",
    CloseReason.REVOKED: "The credentials are revoked.",
    CloseReason.UNVERIFIABLE: "Whether the credentials are revoked cannot be known at the moment; connect again later.",
    CloseReason.TOO_SLOW: "The client does not take what it is sent.",
    CloseReason.TOO_MANY_MESSAGES: "The client sends too many messages.",
    CloseReason.MALFORMED: "The client sends what is no message.",
}


class TransportKind(StrEnum):
    """How a client is connected."""

    SOCKET_IO = "socketio"
    WEBSOCKET = "websocket"


class Client(Protocol):
    """The other end of a connection."""

    @property
    def identity(self) -> Identity: ...

    @property
    def transport(self) -> TransportKind: ...

    def waiting_seconds(self) -> float:
        """How long something has been waiting for the client to take it."""
        ...

    async def close(self, reason: CloseReason) -> None:
        """Tell why, and end the connection; returns soon, whether the client listens or not."""
        ...


class SocketObserver(Protocol):
    """Is told what happens on sockets."""

    def socket_opened(self, transport: str) -> None: ...

    def socket_rejected(self, transport: str, problem: str) -> None: ...

    def socket_closed(self, transport: str, reason: str) -> None: ...

    def frame_sent(self, transport: str, event: str, size_bytes: int) -> None: ...


class Connections:
    """Those who were let in. Their credentials and their pace are looked at every second, without a timer each."""

    def __init__(self, revocations: Revocations, clock: Clock, observer: SocketObserver) -> None:
        self._revocations = revocations
        self._clock = clock
        self._observer = observer
        self._clients: set[Client] = set()

    def __len__(self) -> int:
        return len(self._clients)

    def add(self, client: Client) -> None:
        """It was let in."""
        self._clients.add(client)
        self._observer.socket_opened(client.transport)

    def remove(self, client: Client, reason: str) -> None:
        """It has gone, or was sent away; nothing happens when that is known."""
        if client in self._clients:
            self._clients.remove(client)
            self._observer.socket_closed(client.transport, reason)

    def sizes(self) -> dict[str, float]:
        """How many there are, by transport."""
        found = Counter(client.transport for client in self._clients)
        return {transport.value: float(found[transport]) for transport in TransportKind}

    async def check(self) -> None:
        """Send away those who may not stay."""
        for client in tuple(self._clients):
            reason = await self._reason_to_close(client)
            if reason is not None:
                await self.close(client, reason)

    async def close(self, client: Client, reason: CloseReason) -> None:
        """Send one away."""
        if client not in self._clients:
            return
        logger.info("socket_closed", reason=reason, transport=client.transport, actor=client.identity.name)
        self.remove(client, reason)
        await client.close(reason)

    async def _reason_to_close(self, client: Client) -> CloseReason | None:
        expires_at = client.identity.expires_at
        if expires_at is not None and expires_at <= self._clock():
            return CloseReason.EXPIRED
        try:
            if await self._revocations.is_revoked(client.identity):
                return CloseReason.REVOKED
        except StoreError:
            # as a request would be answered 503: nobody may stay for ever because nobody can be asked
            return CloseReason.UNVERIFIABLE
        return CloseReason.TOO_SLOW if client.waiting_seconds() > WAITING_SECONDS_MAX else None


async def run_checks(checks: Sequence[Check]) -> None:
    """Make these checks every second, until cancelled."""
    while True:
        await asyncio.sleep(CHECK_INTERVAL_SECONDS)
        for check in checks:
            try:
                await check()
            except Exception:
                logger.exception("check_failed")
