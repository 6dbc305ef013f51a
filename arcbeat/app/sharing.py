"""The processes that share a Redis, as this one takes part."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.redis.frames import RedisFrames
from arcbeat.domain.readings.sharing import SharingTimes
from arcbeat.domain.time.clock import utc_now
from arcbeat.observability.metrics import Metrics
from arcbeat.realtime.sampling.samplers import Samplers
from arcbeat.realtime.sharing.cluster import Cluster
from arcbeat.realtime.sharing.follower import Follower
from arcbeat.realtime.sharing.sharing import LeasedSharing
from arcbeat.settings import Settings

NAMESPACE_DIGITS = 16


@dataclass(frozen=True, slots=True)
class SharedSampling:
    """One process samples for all.

    Attributes:
        sharing: what the samplers of this process ask at every tick.
    """

    exchange: RedisFrames
    follower: Follower
    sharing: LeasedSharing
    times: SharingTimes
    metrics: Metrics

    @classmethod
    def of(cls, settings: Settings, metrics: Metrics) -> "SharedSampling | None":
        """By the settings; None where each process samples for itself."""
        if settings.redis_url is None:
            return None
        times = SharingTimes.of(settings.sample_seconds)
        exchange = RedisFrames(settings.redis_url.get_secret_value(), _namespace(settings), times)
        follower = Follower(exchange, utc_now, times, metrics)
        sharing = LeasedSharing(exchange, follower, times)
        metrics.register_gauges(
            "arcbeat_role", "What this process is for the sampling: 1 for that, else 0", sharing.role_gauges
        )
        return cls(exchange, follower, sharing, times, metrics)

    @asynccontextmanager
    async def running(self, samplers: Samplers) -> AsyncIterator[None]:
        """Take part for as long as this lasts."""
        cluster = Cluster(self.exchange, samplers, self.sharing, self.follower, times=self.times, observer=self.metrics)
        try:
            async with cluster.running():
                yield
        finally:
            await self.exchange.aclose()


def _namespace(settings: Settings) -> str:
    """Of those who trust each other's tokens, and have the same ticks."""
    key = settings.secret_key.get_secret_value().encode()
    message = f"frames every {settings.sample_seconds} s".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:NAMESPACE_DIGITS]
