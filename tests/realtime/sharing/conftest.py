"""Processes that share an exchange: in memory, or in a Redis on a socket."""

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
from tests.realtime.sharing.memory import Board, MemoryExchange
from tests.support.clocks import Clock

PACE = SharingTimes(
    lease_seconds=60, renew_seconds=15, timeout_seconds=10, silence_seconds_max=240, retention_seconds=1000
)

NewExchange = Callable[[], FrameExchange]


@pytest.fixture
def own_redis_url() -> Iterator[str]:
    """A redis-server."""
    with tempfile.TemporaryDirectory(prefix="arcbeat-redis-") as folder, OwnRedis.running(Path(folder)) as redis:
        yield redis.url


@pytest.fixture(params=["memory", "redis_url", pytest.param("own_redis_url", marks=pytest.mark.slow)])
async def new_exchange(request: pytest.FixtureRequest) -> AsyncIterator[NewExchange]:
    """Makes the end of another process; all of a test are of one exchange."""
    board, namespace = Board(PACE, Clock().monotonic), uuid.uuid4().hex
    numbers = count()
    async with AsyncExitStack() as stack:

        def in_memory() -> FrameExchange:
            return MemoryExchange(board, next(numbers))

        def in_redis() -> FrameExchange:
            exchange = RedisFrames(request.getfixturevalue(request.param), namespace, PACE)
            stack.push_async_callback(exchange.aclose)
            return exchange

        yield in_memory if request.param == "memory" else in_redis
