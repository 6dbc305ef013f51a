"""The readiness check that clients share."""

import asyncio
from collections.abc import Sequence

from arcbeat.app.stores import READINESS_SECONDS, SharedReadiness
from arcbeat.domain.health import DependencyHealth
from tests.support.clocks import Clock


class Probe:
    """Counts its checks."""

    def __init__(self) -> None:
        self.checks = 0

    async def __call__(self) -> Sequence[DependencyHealth]:
        self.checks += 1
        await asyncio.sleep(0)
        return [DependencyHealth(name="database", latency_ms=self.checks)]


async def test_requests_within_a_second_share_one_check() -> None:
    probe, clock = Probe(), Clock()
    readiness = SharedReadiness(probe, clock.monotonic)

    results = await asyncio.gather(*(readiness() for _ in range(300)))
    later = await readiness()

    assert probe.checks == 1
    assert {each.latency_ms for [each] in (*results, later)} == {1}


async def test_after_a_second_a_new_check_is_made() -> None:
    probe, clock = Probe(), Clock()
    readiness = SharedReadiness(probe, clock.monotonic)
    await readiness()

    clock.pass_seconds(READINESS_SECONDS)
    await readiness()

    assert probe.checks == 2
