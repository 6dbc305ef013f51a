"""API keys: random secrets for programs, each with its own scopes."""

import hashlib
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.identity.identity import Identity, Scope

ID_BYTES = 8
SECRET_BYTES = 32
_PATTERN = re.compile(r"arcbeat_([0-9a-f]{16})_[A-Za-z0-9_-]{43}\Z")


class ApiKeyPurpose(StrEnum):
    """What a key is for.

    PROGRAM: a program that calls the API. WALL: the link of a wall screen, which everyone in front of it can copy; such
    a key expires and only reads.
    """

    PROGRAM = "program"
    WALL = "wall"


WALL_SCOPES = frozenset({Scope.DEVICE_READ, Scope.TELEMETRY_READ})
"""The scopes that a key of a wall screen may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A stored key.

    Attributes:
        key_hash: SHA-256 of the key's text. The key holds 32 random bytes, which cannot be guessed, so a slow password
            hash would add cost to each request and no protection.
        created_by: The name of the user or of the key that created it, or ``command line``.
        expires_at: None for a key that does not expire.
        revoked_at: None for a key that is not revoked.
        owner: The user who is responsible for the key: the one who created it, directly or with another key, or to
            whom it was transferred. None if that user was deleted, or if no user of this service created it.
        owner_active: Whether the owner exists and is enabled; None if no user of this service created the key.
    """

    api_key_id: str
    name: str
    purpose: ApiKeyPurpose
    scopes: frozenset[Scope]
    key_hash: bytes = field(repr=False)
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    owner: str | None
    owner_active: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    """A key to create.

    Attributes:
        expires_days: None for a key that does not expire.
        creator: The identity that creates it; None for the command line.

    Raises:
        InvalidValue: A key of a wall screen has another scope than those of `WALL_SCOPES`, or does not expire.
    """

    name: str
    purpose: ApiKeyPurpose
    scopes: frozenset[Scope]
    created_by: str
    expires_days: int | None
    creator: Identity | None

    def __post_init__(self) -> None:
        violations = list(self._violations()) if self.purpose is ApiKeyPurpose.WALL else []
        if violations:
            raise InvalidValue(violations)

    def _violations(self) -> Iterator[Violation]:
        if self.expires_days is None:
            yield Violation("expires_days", "is required for a key of the purpose wall, for example 365")
        if not self.scopes <= WALL_SCOPES:
            yield Violation("scopes", "may only be device:read and telemetry:read for a key of the purpose wall")


class KeysPolicy(StrEnum):
    """What to do with a user's API keys when the user is disabled, deleted, or no longer an administrator.

    Keys with the scope admin are revoked in any case.
    """

    REVOKE = "revoke"
    TRANSFER = "transfer"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class ApiKeyPage:
    """A page of keys; ``total`` counts those on all pages."""

    api_keys: Sequence[ApiKey]
    total: int


@dataclass(frozen=True, slots=True)
class ApiKeySecret:
    """The text of a new key. It is shown once and never stored."""

    api_key_id: str
    text: str = field(repr=False)

    @classmethod
    def new(cls) -> "ApiKeySecret":
        """Return a random key."""
        api_key_id = secrets.token_hex(ID_BYTES)
        return cls(api_key_id, f"arcbeat_{api_key_id}_{secrets.token_urlsafe(SECRET_BYTES)}")

    @property
    def hash(self) -> bytes:
        return hash_api_key(self.text)


def hash_api_key(text: str) -> bytes:
    """Return the hash under which a key is stored."""
    return hashlib.sha256(text.encode()).digest()


def api_key_id_of(text: str) -> str | None:
    """Return the id in a key's text, or None if the text is not a key."""
    found = _PATTERN.match(text)
    return found.group(1) if found else None
