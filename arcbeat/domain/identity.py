"""Who may do what."""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class User:
    """A person or program with a password.

    Attributes:
        password_hash: in the PHC string format of argon2.
    """

    username: str
    role: Role
    password_hash: str


@dataclass(frozen=True, slots=True)
class Token:
    """A signed proof of who asks, and until when."""

    access_token: str
    expires_in_seconds: int
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says of its bearer."""

    username: str
    scopes: frozenset[str]
