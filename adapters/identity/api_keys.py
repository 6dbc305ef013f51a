"""Caches all active API keys of the database in this process.

All keys are read together every few seconds. Reading one key per request would let made-up keys cause a query each.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from adapters.caching import CacheLimits, FailClosedCache
from arcbeat.domain.identity.api_keys import ApiKey

LIMITS = CacheLimits(fresh_seconds=2.0, retry_seconds=0.0, wait_seconds_max=2.0, age_seconds_max=2.0)
"""Fail closed: while the database is unavailable, keys are accepted no longer than between two regular reads."""
UNKNOWN_SECONDS = 0.25
"""An unknown key may have been created by another process, so the keys are read again if they are older than this."""


class ApiKeyCache:
    """Implements ApiKeyLookup over a table that all processes share."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Sequence[ApiKey]]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``read`` returns the keys that are not revoked."""
        self._read = read
        self._monotonic = monotonic
        self._cache = FailClosedCache("API keys", self._load, LIMITS, monotonic)
        self._own: dict[str, tuple[float, ApiKey]] = {}

    async def find(self, api_key_id: str) -> ApiKey | None:
        active = await self._cache.get()
        if api_key_id in active:
            return active[api_key_id]
        if api_key_id in self._own:
            return self._own[api_key_id][1]
        return (await self._cache.get(UNKNOWN_SECONDS)).get(api_key_id)

    def add(self, api_key: ApiKey) -> None:
        """Add a key that this process has just stored, so that it is accepted at once."""
        self._own[api_key.api_key_id] = (self._monotonic(), api_key)

    async def aclose(self) -> None:
        """Cancel a running read."""
        await self._cache.aclose()

    async def _load(self) -> Mapping[str, ApiKey]:
        started_at = self._monotonic()
        active = {each.api_key_id: each for each in await self._read()}
        # Keys added before this read began are part of its result; later ones may not be.
        self._own = {api_key_id: each for api_key_id, each in self._own.items() if each[0] >= started_at}
        return active
