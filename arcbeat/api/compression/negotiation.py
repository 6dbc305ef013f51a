"""Choose the coding of a response by the Accept-Encoding header (RFC 9110, 12.5.3)."""

from functools import lru_cache

from werkzeug.http import parse_accept_header

from arcbeat.api.compression.codings import CODINGS, GZIP, Coding

CACHED_HEADERS_MAX = 256
"""Browsers and libraries send a few different headers only."""
CACHED_HEADER_BYTES_MAX = 200
"""Longer headers are not cached."""


def preferred_coding(header: bytes, among: tuple[Coding, ...] = CODINGS) -> Coding | None:
    """Return the coding that a client prefers; None if it wants none, or accepts none of these.

    Of codings with the same quality the first one is returned: of all codings, the cheapest. ``*`` stands for gzip,
    which every client knows.

    Args:
        among: the codings that the response exists in.
    """
    return (_cached if len(header) <= CACHED_HEADER_BYTES_MAX else _preferred)(header, among)


def _preferred(header: bytes, among: tuple[Coding, ...]) -> Coding | None:
    given = {
        name.lower().removeprefix("x-"): quality for name, quality in parse_accept_header(header.decode("latin-1"))
    }
    any_other = given.get("*", 0.0)
    qualities = {coding: given.get(coding.name, any_other if coding is GZIP else 0.0) for coding in among}
    best = max(among, key=lambda coding: qualities[coding], default=None)
    return best if best is not None and qualities[best] > 0 and qualities[best] >= given.get("identity", 0.0) else None


_cached = lru_cache(CACHED_HEADERS_MAX)(_preferred)
