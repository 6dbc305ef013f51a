"""Limits login attempts with the library limits: counted in Redis for all processes, or in this process."""

import asyncio
import hashlib
import math
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.identity.addresses import client_network

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

PER_CLIENT = RateLimitItemPerMinute(100, namespace="arcbeat-login-client")
"""All attempts from one address: enough for a whole shift behind one proxy, too few to try a list of passwords."""
PER_USER_AND_CLIENT = RateLimitItemPerMinute(10, namespace="arcbeat-login-user")
"""Failed attempts on one user from one address. A limit per user from any address would let anyone lock a user out."""
REDIS_TIMEOUT_SECONDS = 0.5
REDIS_CONNECTIONS_MAX = 50
"""Attempts that are counted in Redis at the same time; further ones wait, or are counted in this process."""
REDIS_RETRY_SECONDS = 5.0
"""The pause before Redis is tried again after a failure."""

T = TypeVar("T")

logger = structlog.get_logger(__name__)


class LimitsLoginThrottle:
    """Implements LoginThrottle. While Redis is unavailable, each process counts in its own memory."""

    def __init__(
        self,
        redis_url: str | None = None,
        *,
        per_client: RateLimitItem = PER_CLIENT,
        per_user_and_client: RateLimitItem = PER_USER_AND_CLIENT,
        redis_timeout_seconds: float = REDIS_TIMEOUT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis_timeout_seconds = redis_timeout_seconds
        self._per_client = per_client
        self._per_user_and_client = per_user_and_client
        self._monotonic = monotonic
        self._local = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._retry_redis_at = float("-inf")
        self._pool: ConnectionPool | None = None
        if redis_url is not None:
            self._pool, self._shared = _shared_limiter(redis_url)
        self._connections = asyncio.Semaphore(REDIS_CONNECTIONS_MAX)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            await self._pool.aclose()

    async def admit(self, address: str, username: str | None = None) -> None:
        client = client_network(address)
        await self._hit(self._per_client, client)
        if username is not None:
            await self._hit(self._per_user_and_client, client, _digest(username))

    async def reset(self, address: str, username: str) -> None:
        identifiers = (client_network(address), _digest(username))
        await self._run(lambda limiter: limiter.clear(self._per_user_and_client, *identifiers))

    async def _hit(self, item: RateLimitItem, *identifiers: str) -> None:
        if await self._run(lambda limiter: limiter.hit(item, *identifiers)):
            return
        stats = await self._run(lambda limiter: limiter.get_window_stats(item, *identifiers))
        wait_seconds = max(1, math.ceil(stats.reset_time - time.time()))
        raise TooManyRequests(
            "Too many login attempts from this address; try again later.", retry_after_seconds=wait_seconds
        )

    async def _run(self, call: Callable[[SlidingWindowCounterRateLimiter], Awaitable[T]]) -> T:
        if self._shared is not None and self._monotonic() >= self._retry_redis_at:
            # A burst of attempts that times out while it waits for a connection shows nothing about Redis.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._redis_timeout_seconds):
                    await self._connections.acquire()
                try:
                    return await self._in_time(call(self._shared))
                except (StorageError, TimeoutError) as error:
                    self._retry_redis_at = self._monotonic() + REDIS_RETRY_SECONDS
                    logger.warning("throttle_counts_alone", error=str(error) or type(error).__name__)
                finally:
                    self._connections.release()
        return await call(self._local)

    async def _in_time(self, call: Awaitable[T]) -> T:
        async with asyncio.timeout(self._redis_timeout_seconds):
            return await call


def _shared_limiter(redis_url: str) -> "tuple[ConnectionPool, SlidingWindowCounterRateLimiter]":
    """Return what counts in Redis, and its connections."""
    # Here, because a process without Redis starts faster without its client.
    from limits.aio.storage import RedisStorage
    from redis.asyncio import ConnectionPool
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    # One immediate retry: a pooled connection may date from before a restart of Redis.
    pool = ConnectionPool.from_url(redis_url, max_connections=REDIS_CONNECTIONS_MAX, retry=Retry(NoBackoff(), 1))
    options: dict[str, Any] = {"connection_pool": pool}
    storage = RedisStorage(f"async+{redis_url}", implementation="redispy", wrap_exceptions=True, **options)
    return pool, SlidingWindowCounterRateLimiter(storage)


def _digest(username: str) -> str:
    """Hash a username: keys get a fixed length whatever was sent, and Redis does not see usernames."""
    return hashlib.sha256(username.encode(errors="surrogatepass")).hexdigest()
