"""The rate limit per client address."""

import math
import time
from collections.abc import Callable

from cachetools import LRUCache
from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.identity.addresses import client_network

CLIENTS_MAX = 100_000
"""The size limit of the buckets; the least recently used one is dropped."""


class RateLimit:
    """A token bucket per client address (for IPv6 per /64 network). Health checks are not limited.

    Args:
        per_second: the rate at which a bucket fills, and its size, which is at least 1; 0 means no limit.
    """

    UNLIMITED = frozenset({"/healthz", "/readyz"})

    def __init__(self, app: ASGIApp, per_second: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._per_second = per_second
        self._size = max(1.0, per_second)
        self._monotonic = monotonic
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(CLIENTS_MAX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._per_second and scope["type"] == "http" and scope["path"] not in self.UNLIMITED:
            self._take(client_network(scope["client"][0] if scope.get("client") else ""))
        await self._app(scope, receive, send)

    def _take(self, client: str) -> None:
        now = self._monotonic()
        left, at = self._buckets.get(client, (self._size, now))
        left = min(self._size, left + (now - at) * self._per_second)
        if left < 1:
            raise TooManyRequests(retry_after_seconds=math.ceil((1 - left) / self._per_second))
        self._buckets[client] = (left - 1, now)
