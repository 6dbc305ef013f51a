"""The API keys that count, as this process knows them: all of them, read every now and then.

Not one by one: whoever made up keys would make a query of each.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from adapters.kept import Bounds, Kept
from arcbeat.domain.identity.api_keys import ApiKey

BOUNDS = Bounds(fresh_seconds=2.0, retry_seconds=0.0, patience_seconds=2.0, keep_seconds=2.0)
"""Keys that cannot be read again are not believed any longer than those that can."""
UNKNOWN_SECONDS = 0.25
"""A key that is not known may have been made by another process: then they are read again, unless just read."""


class ApiKeyCache:
    """The ApiKeyLookup over a table that all processes share."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Sequence[ApiKey]]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``read`` gives the keys that are not revoked."""
        self._read = read
        self._monotonic = monotonic
        self._kept = Kept("API keys", self._load, BOUNDS, monotonic)
        self._learned: dict[str, tuple[float, ApiKey]] = {}

    async def find(self, api_key_id: str) -> ApiKey | None:
        known = await self._kept.get()
        if api_key_id in known:
            return known[api_key_id]
        if api_key_id in self._learned:
            return self._learned[api_key_id][1]
        return (await self._kept.get(UNKNOWN_SECONDS)).get(api_key_id)

    def add(self, api_key: ApiKey) -> None:
        """What this process has just stored."""
        self._learned[api_key.api_key_id] = (self._monotonic(), api_key)

    async def aclose(self) -> None:
        """Stop what is being read."""
        await self._kept.aclose()

    async def _load(self) -> Mapping[str, ApiKey]:
        started_at = self._monotonic()
        known = {each.api_key_id: each for each in await self._read()}
        # what was learned before this read began was in the table by then
        self._learned = {api_key_id: each for api_key_id, each in self._learned.items() if each[0] >= started_at}
        return known
