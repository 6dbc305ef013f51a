"""How much one client may ask: a bound that keeps one from taking what all need."""

import math
import time
from collections.abc import Callable

from cachetools import LRUCache
from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.domain.errors import TooManyRequests

CLIENTS_MAX = 100_000


class RateLimit:
    """A bucket a client address that fills by ``per_second``; health is not counted, so that probes always get through.

    Args:
        per_second: also the size of the bucket, which holds at least one request; 0 counts nothing.
    """

    UNCOUNTED = frozenset({"/healthz", "/readyz"})

    def __init__(self, app: ASGIApp, per_second: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._per_second = per_second
        self._size = max(1.0, per_second)
        self._monotonic = monotonic
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(CLIENTS_MAX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._per_second and scope["type"] == "http" and scope["path"] not in self.UNCOUNTED:
            self._take(scope["client"][0] if scope.get("client") else "")
        await self._app(scope, receive, send)

    def _take(self, client: str) -> None:
        now = self._monotonic()
        left, at = self._buckets.get(client, (self._size, now))
        left = min(self._size, left + (now - at) * self._per_second)
        if left < 1:
            raise TooManyRequests(retry_after_seconds=math.ceil((1 - left) / self._per_second))
        self._buckets[client] = (left - 1, now)
