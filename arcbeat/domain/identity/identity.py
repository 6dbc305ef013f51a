"""Who may do what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.errors import Unauthenticated


class Scope(StrEnum):
    """What a token lets its bearer do."""

    DEVICE_READ = "device:read"
    DEVICE_WRITE = "device:write"
    TELEMETRY_READ = "telemetry:read"
    TELEMETRY_WRITE = "telemetry:write"
    JOB_READ = "job:read"
    JOB_RUN = "job:run"
    ADMIN = "admin"


class Role(StrEnum):
    """What a user is for; every role holds the scopes of the one before it."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    @property
    def scopes(self) -> frozenset[Scope]:
        return _SCOPES[self]


_VIEWER = frozenset({Scope.DEVICE_READ, Scope.TELEMETRY_READ, Scope.JOB_READ})
_OPERATOR = _VIEWER | {Scope.DEVICE_WRITE, Scope.TELEMETRY_WRITE, Scope.JOB_RUN}
_SCOPES = {Role.VIEWER: _VIEWER, Role.OPERATOR: _OPERATOR, Role.ADMIN: _OPERATOR | {Scope.ADMIN}}


class IdentityKind(StrEnum):
    """What stands behind credentials."""

    USER = "user"
    KEY = "key"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks, as valid credentials say.

    Attributes:
        name: the username, the name of the API key, or the subject that another issuer names.
        role: of a user.
        session_id: the log-in that a user's token comes from.
        expires_at: None for a key without end.
    """

    kind: IdentityKind
    name: str
    scopes: frozenset[str]
    expires_at: datetime | None
    role: Role | None = None
    session_id: int | None = None
    api_key_id: str | None = None

    @property
    def credentials(self) -> str:
        """What was shown, in words."""
        return "API key" if self.kind is IdentityKind.KEY else "token"


@dataclass(slots=True)
class Caller:
    """The other end of a request. Filled in as it becomes known, for handlers and for the audit log.

    Attributes:
        identity: who it is; None before its credentials are checked, and where none are needed.
        subject: the user that a request without credentials turned out to be about.
    """

    address: str
    identity: Identity | None = None
    subject: str | None = None

    @property
    def required_identity(self) -> Identity:
        """Who asks, where an operation needs credentials.

        Raises:
            Unauthenticated: nobody known.
        """
        if self.identity is None:
            raise Unauthenticated
        return self.identity
