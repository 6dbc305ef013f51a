"""Admit clients to sockets: check the origin of the page, the credentials, and the number of connections."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from arcbeat.api.access.audit import log_rejection
from arcbeat.api.problems import problem_of
from arcbeat.domain.errors import ArcbeatError, Forbidden
from arcbeat.domain.identity.identity import Caller, Identity, Scope
from arcbeat.domain.identity.ports import Authenticator
from arcbeat.realtime.rooms.connections import Connections, SocketObserver, TransportKind
from arcbeat.realtime.rooms.limits import AdmissionLimits
from arcbeat.realtime.rooms.pending import PendingConnections

REQUIRED_SCOPES: Mapping[TransportKind, Sequence[Scope]] = {
    TransportKind.SOCKET_IO: (Scope.TELEMETRY_READ, Scope.JOB_READ),
    TransportKind.WEBSOCKET: (Scope.TELEMETRY_READ,),
}
"""The scopes of which a client needs at least one. Each event of Socket.IO requires its own besides."""


class Admission:
    """Decide which clients may connect, over Socket.IO and over the plain WebSocket.

    Args:
        pending: the connections that have not been admitted yet, for the servers.
        origins: the origins, for example ``https://board.example``, whose pages may connect; ``*`` allows all.
    """

    def __init__(
        self,
        authenticator: Authenticator,
        connections: Connections,
        observer: SocketObserver,
        limits: AdmissionLimits,
        pending: PendingConnections,
        origins: Sequence[str],
    ) -> None:
        self._authenticator = authenticator
        self._connections = connections
        self._observer = observer
        self._limits = limits
        self.pending = pending
        self._origins = frozenset(origins)

    def is_allowed_origin(self, origin: str | None, host: str | None) -> bool:
        """Return whether a page of this origin may connect. Programs other than browsers send no origin.

        Only the host is compared with the request's own, not the scheme: behind a proxy that terminates TLS the server
        does not know the scheme that the browser used.
        """
        if origin is None or origin in self._origins or "*" in self._origins:
            return True
        return host is not None and urlsplit(origin).netloc.lower() == host.lower()

    async def admit(
        self, transport: TransportKind, caller: Caller, credentials: Callable[[], Awaitable[Mapping[str, Any]]]
    ) -> Identity:
        """Return the identity that the credentials prove: a token or an API key.

        Rejections are counted and written to the audit log.

        Raises:
            Unauthenticated: the credentials are unknown, expired or revoked.
            Forbidden: they lack the scopes of which this transport requires one.
            TooManyRequests: the limit of connections is reached; the client should retry later.
            StoreUnavailable: the credentials cannot be checked at the moment.
        """
        try:
            caller.identity = await self._identify(await credentials())
            check_scopes(caller.identity, REQUIRED_SCOPES[transport])
            # Last, so that clients without valid credentials do not use up the rate of new connections.
            self._limits.check(len(self._connections), self._connections.count_of(caller.identity))
        except ArcbeatError as error:
            problem = problem_of(error)
            self._observer.socket_rejected(transport, problem.slug)
            log_rejection(caller, action=f"connect_{transport}", status=problem.status)
            raise
        return caller.identity

    async def _identify(self, credentials: Mapping[str, Any]) -> Identity:
        if "token" in credentials:
            return await self._authenticator.by_token(credentials["token"])
        return await self._authenticator.by_api_key(credentials["api_key"])


def check_scopes(identity: Identity, scopes: Sequence[Scope]) -> None:
    """Check that credentials have at least one of these scopes.

    Raises:
        Forbidden: they have none of them.
    """
    if not identity.scopes.intersection(scopes):
        raise Forbidden(f"The {identity.credentials} lacks the scope {' or '.join(scopes)}.")
