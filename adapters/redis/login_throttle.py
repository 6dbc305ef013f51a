"""How often passwords may be tried, counted by the library limits: in Redis for all processes, or in this one."""

import asyncio
import hashlib
import math
import time
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, TypeVar

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from arcbeat.domain.errors import TooManyRequests

PER_CLIENT = RateLimitItemPerMinute(100, namespace="arcbeat-login-client")
"""All attempts of an address: a shift that begins behind one proxy passes, a list of passwords does not."""
PER_USER_AND_CLIENT = RateLimitItemPerMinute(10, namespace="arcbeat-login-user")
"""Wrong attempts on one user from one address. Not on one user from anywhere: that would let anyone lock anyone out."""
REDIS_TIMEOUT_SECONDS = 0.5
REDIS_CONNECTIONS_MAX = 50
REDIS_REST_SECONDS = 5.0
"""How long Redis is left alone after it failed."""
IPV6_PREFIX = 64
"""Of IPv6 whoever has one address has all of its network."""

T = TypeVar("T")

logger = structlog.get_logger(__name__)


class LimitsLoginThrottle:
    """The LoginThrottle. Where Redis cannot be reached it counts in memory, each process for itself."""

    def __init__(
        self,
        redis_url: str | None = None,
        *,
        per_client: RateLimitItem = PER_CLIENT,
        per_user_and_client: RateLimitItem = PER_USER_AND_CLIENT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_client = per_client
        self._per_user_and_client = per_user_and_client
        self._monotonic = monotonic
        self._alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._shared_again_at = float("-inf")
        self._pool: ConnectionPool | None = None
        if redis_url is not None:
            # once more at once: what was pooled may be from before Redis was started again
            retry = Retry(NoBackoff(), 1)
            self._pool = ConnectionPool.from_url(redis_url, max_connections=REDIS_CONNECTIONS_MAX, retry=retry)
            self._shared = SlidingWindowCounterRateLimiter(_storage(redis_url, self._pool))

    async def aclose(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            await self._pool.aclose()

    async def admit(self, address: str, username: str | None = None) -> None:
        client = client_network(address)
        await self._hit(self._per_client, client)
        if username is not None:
            await self._hit(self._per_user_and_client, client, _digest(username))

    async def forgive(self, address: str, username: str) -> None:
        identifiers = (client_network(address), _digest(username))
        await self._do(lambda limiter: limiter.clear(self._per_user_and_client, *identifiers))

    async def _hit(self, item: RateLimitItem, *identifiers: str) -> None:
        if await self._do(lambda limiter: limiter.hit(item, *identifiers)):
            return
        stats = await self._do(lambda limiter: limiter.get_window_stats(item, *identifiers))
        wait_seconds = max(1, math.ceil(stats.reset_time - time.time()))
        raise TooManyRequests("Too many attempts to log in from here.", retry_after_seconds=wait_seconds)

    async def _do(self, ask: Callable[[SlidingWindowCounterRateLimiter], Awaitable[T]]) -> T:
        if self._shared is not None and self._monotonic() >= self._shared_again_at:
            try:
                async with asyncio.timeout(REDIS_TIMEOUT_SECONDS):
                    return await ask(self._shared)
            except (StorageError, TimeoutError) as error:
                self._shared_again_at = self._monotonic() + REDIS_REST_SECONDS
                logger.warning("throttle_counts_alone", error=str(error) or type(error).__name__)
        return await ask(self._alone)


def _storage(redis_url: str, pool: ConnectionPool) -> RedisStorage:
    options: dict[str, Any] = {"connection_pool": pool}
    return RedisStorage(f"async+{redis_url}", implementation="redispy", wrap_exceptions=True, **options)


def client_network(address: str) -> str:
    """Whom an address stands for."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address  # of a Unix socket, or none at all
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ip_network((ip, IPV6_PREFIX), strict=False))


def _digest(username: str) -> str:
    """Of fixed length, whatever was sent; and Redis need not know who tries to log in."""
    return hashlib.sha256(username.encode(errors="surrogatepass")).hexdigest()
