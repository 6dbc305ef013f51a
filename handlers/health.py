"""Whether the service is up, and ready."""

from dataclasses import asdict
from typing import Any

from arcbeat.domain.health import DependencyHealth, ReadinessProbe
from arcbeat.domain.metrics import MetricsExposition


async def get_liveness() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


async def get_readiness(readiness: ReadinessProbe) -> tuple[dict[str, Any], int]:
    """Every dependency as it answered just now."""
    dependencies = await readiness()
    ready = all(each.ready for each in dependencies)
    answer = {"status": "ready" if ready else "not ready", "dependencies": [_shown(each) for each in dependencies]}
    return answer, 200 if ready else 503


def _shown(health: DependencyHealth) -> dict[str, Any]:
    return {**asdict(health), "ready": health.ready}


async def get_metrics(exposition: MetricsExposition) -> tuple[bytes, int, dict[str, str]]:
    """What the service counts and measures."""
    return exposition.exposition(), 200, {"Content-Type": exposition.content_type}
