"""API keys: long random secrets for programs, with scopes of their own."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from arcbeat.domain.identity.identity import Scope

ID_BYTES = 8
SECRET_BYTES = 32
_FORM = re.compile(r"arcbeat_([0-9a-f]{16})_[A-Za-z0-9_-]{43}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as it is stored.

    Attributes:
        key_hash: SHA-256 of the whole key. It holds 32 random bytes that nobody can guess one by one, so a slow hash
            as for passwords would protect nothing and cost every request.
        created_by: who made it.
        expires_at: None for one without end.
    """

    api_key_id: str
    name: str
    scopes: frozenset[Scope]
    key_hash: bytes = field(repr=False)
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    """What is asked for; ``expires_days`` None is without end."""

    name: str
    scopes: frozenset[Scope]
    created_by: str
    expires_days: int | None


@dataclass(frozen=True, slots=True)
class ApiKeyPage:
    """Some keys, and how many there are."""

    api_keys: Sequence[ApiKey]
    total: int


@dataclass(frozen=True, slots=True)
class ApiKeySecret:
    """A new key in full: shown once, stored nowhere."""

    api_key_id: str
    text: str = field(repr=False)

    @classmethod
    def new(cls) -> "ApiKeySecret":
        api_key_id = secrets.token_hex(ID_BYTES)
        return cls(api_key_id, f"arcbeat_{api_key_id}_{secrets.token_urlsafe(SECRET_BYTES)}")

    @property
    def hash(self) -> bytes:
        return hash_api_key(self.text)


def hash_api_key(text: str) -> bytes:
    """What is stored of a key."""
    return hashlib.sha256(text.encode()).digest()


def api_key_id_of(text: str) -> str | None:
    """The id that a key names; None when it has not the form of one."""
    found = _FORM.match(text)
    return found.group(1) if found else None
