"""What begins with a log-in: a session, its tokens, and how they end early."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.identity.identity import Role, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A log-in, from its password to its end.

    Attributes:
        session_id: later log-ins have higher ones, of whatever user.
        rotation: how often it was refreshed; only the refresh token of the newest rotation counts.
    """

    session_id: int
    username: str
    role: Role
    scopes: frozenset[Scope]
    rotation: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a session gets: a token for requests, and one for the next pair."""

    access_token: str = field(repr=False)
    expires_in_seconds: int
    refresh_token: str = field(repr=False)
    refresh_expires_in_seconds: int
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class RefreshClaims:
    """What a valid refresh token says."""

    session_id: int
    rotation: int
    username: str


class RevocationKind(StrEnum):
    """What is revoked."""

    SESSION = "session"
    USER = "user"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Revocation:
    """Credentials that count no more, though they look valid.

    Attributes:
        subject: a session_id, a username or an api_key_id.
        through_session_id: of a user, all sessions up to this one. A number and no time: clocks of processes differ.
    """

    kind: RevocationKind
    subject: str
    through_session_id: int = 0
