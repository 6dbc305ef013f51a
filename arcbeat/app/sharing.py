"""Sampling that is shared with other processes through Redis, wired for this process."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arcbeat.domain.readings.sharing import SharingTimes
from arcbeat.domain.time.clock import utc_now
from arcbeat.observability.metrics import Metrics
from arcbeat.realtime.sampling.samplers import Samplers
from arcbeat.realtime.sharing.cluster import Cluster
from arcbeat.realtime.sharing.follower import Follower
from arcbeat.realtime.sharing.sharing import LeasedSharing
from arcbeat.settings import Settings

if TYPE_CHECKING:
    from adapters.redis.frames import RedisFrames

NAMESPACE_DIGITS = 16


@dataclass(frozen=True, slots=True)
class SharedSampling:
    """One process samples for all that have the same Redis, SECRET_KEY and SAMPLE_SECONDS.

    Attributes:
        sharing: decides for the samplers of this process at each tick whether to sample or to follow.
    """

    exchange: "RedisFrames"
    follower: Follower
    sharing: LeasedSharing
    times: SharingTimes
    metrics: Metrics

    @classmethod
    def of(cls, settings: Settings, metrics: Metrics) -> "SharedSampling | None":
        """Make it from the settings; return None if there is no Redis, and each process samples for itself."""
        if settings.redis_url is None:
            return None
        # Here, because a process without Redis starts faster without its client.
        from adapters.redis.frames import RedisFrames

        times = SharingTimes.of(settings.sample_seconds)
        exchange = RedisFrames(settings.redis_url.get_secret_value(), _namespace(settings), times)
        follower = Follower(exchange, utc_now, times, metrics)
        sharing = LeasedSharing(exchange, follower, times)
        metrics.register_gauges(
            "arcbeat_role",
            "The role of this process in sampling: 1 for its role, 0 for the others",
            sharing.role_gauges,
        )
        return cls(exchange, follower, sharing, times, metrics)

    @asynccontextmanager
    async def running(self, samplers: Samplers) -> AsyncIterator[None]:
        """Take part in the sampling while the context lasts."""
        cluster = Cluster(self.exchange, samplers, self.sharing, self.follower, times=self.times, observer=self.metrics)
        try:
            async with cluster.running():
                yield
        finally:
            await self.exchange.aclose()


def _namespace(settings: Settings) -> str:
    """Return the Redis namespace: processes share it if they have the same secret key and the same ticks."""
    key = settings.secret_key.get_secret_value().encode()
    message = f"frames every {settings.sample_seconds} s".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:NAMESPACE_DIGITS]
