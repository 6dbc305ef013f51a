"""Identities, their roles and their scopes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.files.export_progress import ExportProgress


class Scope(StrEnum):
    """A permission that an operation requires."""

    DEVICE_READ = "device:read"
    DEVICE_WRITE = "device:write"
    TELEMETRY_READ = "telemetry:read"
    TELEMETRY_WRITE = "telemetry:write"
    JOB_READ = "job:read"
    JOB_RUN = "job:run"
    ADMIN = "admin"


class Role(StrEnum):
    """A role of a user. Each role includes the scopes of the one before it."""

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
    """The kind of credentials: a token of a user, of another issuer or of a Google service account, or an API key."""

    USER = "user"
    KEY = "key"
    EXTERNAL = "external"
    GOOGLE = "google"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The owner of valid credentials.

    Attributes:
        name: The username, the name of the API key, the subject of another issuer's token, or the e-mail address of a
            Google service account.
        expires_at: None for a key that does not expire.
        role: The role of a user; None for the other kinds.
        session_id: The session of a user's token; None for the other kinds.
        api_key_id: The id of an API key; None for the other kinds.
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
        """The kind of credentials in words, for error messages."""
        return "API key" if self.kind is IdentityKind.KEY else "token"


@dataclass(slots=True)
class Caller:
    """The sender of a request, for handlers and the audit log. Its attributes are set while the request is processed.

    Attributes:
        address: The IP address of the client.
        identity: None before authentication, and for operations without authentication.
        subject: The username in a request without credentials, for example in a login.
        download: How far the export is that the request started with a download link; None without a link.
    """

    address: str
    identity: Identity | None = None
    subject: str | None = None
    download: ExportProgress | None = None

    @property
    def required_identity(self) -> Identity:
        """The identity, for an operation that needs one.

        Raises:
            Unauthenticated: The request was not authenticated.
        """
        if self.identity is None:
            raise Unauthenticated
        return self.identity
