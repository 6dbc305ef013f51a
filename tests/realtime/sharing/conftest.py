"""Exchanges to test: in memory, in a fake Redis, and in a real redis-server."""

import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import pytest

from adapters.redis.frames import RedisFrames
from arcbeat.domain.readings.sharing import FrameExchange, SharingTimes
from tests.cluster.own_redis import OwnRedis
from tests.realtime.sharing.memory import MemoryExchange, SharedMemory
from tests.support.clocks import Clock

TIMES = SharingTimes(
    lease_seconds=60, renew_seconds=15, timeout_seconds=10, silence_seconds_max=240, retention_seconds=1000
)

NewExchange = Callable[[], FrameExchange]


@pytest.fixture
def own_redis_url() -> Iterator[str]:
    """Start a redis-server."""
    with tempfile.TemporaryDirectory(prefix="arcbeat-redis-") as folder, OwnRedis.running(Path(folder)) as redis:
        yield redis.url


@pytest.fixture(params=["memory", "redis_url", pytest.param("own_redis_url", marks=pytest.mark.slow)])
async def new_exchange(request: pytest.FixtureRequest) -> AsyncIterator[NewExchange]:
    """Return a function that connects another process to the one exchange of the test."""
    shared, namespace = SharedMemory(TIMES, Clock().monotonic), uuid.uuid4().hex
    numbers = count()
    async with AsyncExitStack() as stack:

        def in_memory() -> FrameExchange:
            return MemoryExchange(shared, next(numbers))

        def in_redis() -> FrameExchange:
            exchange = RedisFrames(request.getfixturevalue(request.param), namespace, TIMES)
            stack.push_async_callback(exchange.aclose)
            return exchange

        yield in_memory if request.param == "memory" else in_redis
