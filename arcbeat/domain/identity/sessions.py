"""Sessions, which start with a login, their tokens, and revocations."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.identity.identity import Role, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login of a user until its end.

    Attributes:
        session_id: Ascends with each login of any user.
        rotation: The number of refreshes. Only the refresh token of the newest rotation is valid.
    """

    session_id: int
    username: str
    role: Role
    scopes: frozenset[Scope]
    rotation: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens of a session: one for requests, and one to refresh both."""

    access_token: str = field(repr=False)
    expires_in_seconds: int
    refresh_token: str = field(repr=False)
    refresh_expires_in_seconds: int
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class RefreshClaims:
    """The claims of a valid refresh token."""

    session_id: int
    rotation: int
    username: str


class RevocationKind(StrEnum):
    """The kind of subject that is revoked."""

    SESSION = "session"
    USER = "user"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Revocation:
    """The revocation of credentials that have not expired.

    Attributes:
        subject: A session_id, a username or an api_key_id, depending on the kind.
        through_session_id: For a user, all sessions up to this id are revoked. It is an id rather than a time, because
            the clocks of several processes differ.
    """

    kind: RevocationKind
    subject: str
    through_session_id: int = 0
