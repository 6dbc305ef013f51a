"""The rate limit: per identity for requests with valid credentials, and per client address for all others."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import LRUCache
from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.api.access.audit import client_address
from arcbeat.api.access.security import API_KEY_HEADER
from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.identity.addresses import client_network
from arcbeat.domain.identity.identity import Identity

BUCKETS_MAX = 100_000
"""The size limit of the buckets; the least recently used one is dropped."""
UNLIMITED_PATHS = frozenset({"/healthz", "/readyz"})
COUNTED = "rate_counted"
"""Whether a request has been counted; a key of the state in the scope."""
_CREDENTIALS = frozenset({b"authorization", API_KEY_HEADER.encode()})


@dataclass(slots=True)
class _Bucket:
    """How many requests were left at a monotonic time."""

    left: float
    at: float


class RateLimits:
    """A token bucket per identity, and one per client address (for IPv6 per /64 network).

    A factory may share one address behind NAT, so the limit of an address counts only what shows no valid credentials.

    Args:
        per_second: the rate at which a bucket fills, and its size, which is at least 1; 0 means no limit.
        is_exempt: returns whether an address is not limited: that of a trusted proxy, which all its clients share.
    """

    def __init__(
        self,
        per_second: float,
        is_exempt: Callable[[str], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_second
        self._size = max(1.0, per_second)
        self.is_exempt = is_exempt
        self._monotonic = monotonic
        self._buckets: LRUCache[str, _Bucket] = LRUCache(BUCKETS_MAX)

    def count_address(self, address: str) -> None:
        """Count a request that has shown no valid credentials.

        Raises:
            TooManyRequests: the address exceeds the limit.
        """
        if not self.is_exempt(address):
            self._take(f"address {client_network(address)}")

    def count_identity(self, identity: Identity) -> None:
        """Count an authenticated request.

        Raises:
            TooManyRequests: the user, the API key or the external subject exceeds the limit.
        """
        self._take(caller_key(identity))

    def refund_address(self, address: str) -> None:
        """Take back what was counted for an address, because its client has shown credentials after all."""
        key = f"address {client_network(address)}"
        bucket = self._buckets.get(key)
        if bucket is not None:
            bucket.left = min(self._size, bucket.left + 1)

    def _take(self, key: str) -> None:
        if not self._per_second:
            return
        now = self._monotonic()
        try:  # `get` takes twice as long
            bucket = self._buckets[key]
        except KeyError:
            bucket = self._buckets[key] = _Bucket(self._size, now)
        left = min(self._size, bucket.left + (now - bucket.at) * self._per_second)
        if left < 1:
            raise TooManyRequests(retry_after_seconds=math.ceil((1 - left) / self._per_second))
        bucket.left, bucket.at = left - 1, now


def caller_key(identity: Identity) -> str:
    """Return what limits per caller count: all tokens of a user together, each API key by itself."""
    return f"{identity.kind} {identity.api_key_id or identity.name}"


class RateLimit:
    """Counts each request once. It surrounds authentication; `count_authenticated` is called after it.

    A request without credentials is counted before anything else is done for it. One with credentials is counted when
    they have been checked: for its identity, or for its address if they are not valid.
    """

    def __init__(self, app: ASGIApp, limits: RateLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNLIMITED_PATHS:
            await self._app(scope, receive, send)
            return
        if not _has_credentials(scope):
            self._count_address(scope)
        try:
            await self._app(scope, receive, send)
        except Exception:
            if not _is_counted(scope):
                self._count_address(scope)
            raise

    def _count_address(self, scope: Scope) -> None:
        _mark_counted(scope)
        self._limits.count_address(client_address(scope))


def count_authenticated(limits: RateLimits, scope: Scope) -> None:
    """Count a request whose credentials were checked, or which needs none, unless it was counted before.

    Raises:
        TooManyRequests: the limit is exceeded.
    """
    if scope["path"] in UNLIMITED_PATHS or _is_counted(scope):
        return
    _mark_counted(scope)
    identity = scope["state"]["caller"].identity
    if identity is None:
        limits.count_address(client_address(scope))
    else:
        limits.count_identity(identity)


def _has_credentials(scope: Scope) -> bool:
    for name, _ in scope["headers"]:  # noqa: SIM110 -- any() with a generator takes twice as long, at each request
        if name in _CREDENTIALS:
            return True
    return False


def _is_counted(scope: Scope) -> bool:
    """Return whether the rate limit has counted the request."""
    return COUNTED in scope["state"]


def _mark_counted(scope: Scope) -> None:
    scope["state"][COUNTED] = True
