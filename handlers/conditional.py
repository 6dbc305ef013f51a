"""Answers that a client need not be sent again (RFC 9110, 13.1.2)."""

from collections.abc import Hashable
from zlib import crc32

from arcbeat.domain.versions import etag, has_seen

Answer = tuple[bytes | None, int, dict[str, str]]

NOT_MODIFIED = 304
CACHE_CONTROL = "private, no-cache"
"""A client may keep it for itself, and asks each time whether it is still the newest."""


def version_of(snapshot: str, question: Hashable) -> str:
    """Of an answer that depends on the version of a snapshot and on what was asked."""
    return f"{snapshot}.{crc32(repr(question).encode()):08x}"


def status_of(version: str, if_none_match: str | None, vary: str) -> tuple[int, dict[str, str]]:
    """200, or 304 for a client that has this version already; and the headers of either."""
    headers = {**etag(version), "Cache-Control": CACHE_CONTROL, "Vary": vary}
    return NOT_MODIFIED if has_seen(if_none_match, version) else 200, headers
