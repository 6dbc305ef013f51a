"""Download links: URLs with a secret for one request, so that a browser can save a file without other credentials."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

from arcbeat.domain.identity.identity import Identity

LINK_PARAMETER = "link_token"
LIFETIME = timedelta(seconds=60)
"""A page opens the link as soon as it has it. A download that has begun may take longer."""
LINKS_PER_OWNER_MAX = 100
"""Unused links of one user, API key or external subject."""
RETRY_SECONDS = 60
TOKEN_BYTES = 32
DOWNLOAD_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that was stored: the download that it starts, and until when it can be used."""

    download_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UsedLink:
    """A link that was used: whose rights it has, and the download that it starts.

    Attributes:
        download_id: None for a link that a process of an earlier version made.
    """

    identity: Identity
    download_id: str | None


def owner_of(identity: Identity) -> str:
    """Return the user, API key or external subject to which links and downloads belong."""
    return f"{identity.kind}:{identity.api_key_id or identity.name}"


def new_download_id() -> str:
    """Return a new id of a download."""
    return secrets.token_hex(DOWNLOAD_ID_BYTES)


def new_token() -> str:
    """Return a new secret, which is valid in a URL as it is."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the hash of a secret, by which it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_target(path: str, query: str) -> str:
    """Return a hash of what a link may download: a path and the parameters, however they are escaped.

    Args:
        path: unescaped.
        query: without the secret.
    """
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return hashlib.sha256(repr((path, pairs)).encode("utf-8", "surrogatepass")).hexdigest()


def hash_url(url: str) -> str:
    """Return the hash of the target of a relative URL."""
    parts = urlsplit(url)
    return hash_target(unquote(parts.path), parts.query)


def with_token(url: str, token: str) -> str:
    """Return a relative URL with a secret."""
    return f"{url}{'&' if '?' in url else '?'}{LINK_PARAMETER}={token}"
