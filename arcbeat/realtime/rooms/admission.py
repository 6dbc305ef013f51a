"""Who is let in to sockets: not too many at once, with credentials that count, from pages that may."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from arcbeat.api.access.audit import tell_refusal
from arcbeat.api.problems import problem_of
from arcbeat.domain.errors import ArcbeatError, Forbidden
from arcbeat.domain.identity.identity import Caller, Identity, Scope
from arcbeat.domain.identity.ports import Authenticator
from arcbeat.realtime.rooms.connections import Connections, SocketObserver, TransportKind
from arcbeat.realtime.rooms.limits import AdmissionLimits

NEEDED = Scope.TELEMETRY_READ


class Admission:
    """In front of both transports."""

    def __init__(
        self,
        authenticator: Authenticator,
        connections: Connections,
        observer: SocketObserver,
        admission: AdmissionLimits,
        origins: Sequence[str],
    ) -> None:
        self._authenticator = authenticator
        self._connections = connections
        self._observer = observer
        self._origins = frozenset(origins)
        self._admission = admission

    def is_allowed_origin(self, origin: str | None, host: str | None) -> bool:
        """Whether a page of this origin may connect; programs other than browsers name none.

        What is served under the name that was asked is of the same origin; behind a proxy its scheme is not known here.
        """
        if origin is None or origin in self._origins or "*" in self._origins:
            return True
        return host is not None and urlsplit(origin).netloc.lower() == host.lower()

    async def admit(
        self, transport: TransportKind, caller: Caller, credentials: Callable[[], Awaitable[Mapping[str, Any]]]
    ) -> Identity:
        """Who it is, by its credentials: a token or an API key.

        Raises:
            Unauthenticated: nobody known.
            Forbidden: somebody who may not.
            TooManyRequests: it has to come back later; those who may not come in do not count.
            StoreUnavailable: it cannot be known.
        """
        try:
            caller.identity = await self._identify(await credentials())
            if NEEDED not in caller.identity.scopes:
                raise Forbidden(f"The {caller.identity.credentials} lacks the scope {NEEDED}.")
            self._admission.check(len(self._connections))
        except ArcbeatError as error:
            problem = problem_of(error)
            self._observer.socket_rejected(transport, problem.slug)
            tell_refusal(caller, action=f"connect_{transport}", status=problem.status)
            raise
        return caller.identity

    async def _identify(self, credentials: Mapping[str, Any]) -> Identity:
        if "token" in credentials:
            return await self._authenticator.by_token(credentials["token"])
        return await self._authenticator.by_api_key(credentials["api_key"])
