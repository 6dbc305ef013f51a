"""Operations for monitoring: liveness, readiness and metrics."""

from dataclasses import asdict
from typing import Any

from arcbeat.domain.health import DependencyHealth, ReadinessProbe
from arcbeat.domain.metrics import MetricsExposition


async def get_liveness() -> dict[str, str]:
    """Return that the process is alive."""
    return {"status": "alive"}


async def get_readiness(readiness: ReadinessProbe) -> tuple[dict[str, Any], int]:
    """Check every dependency; 503 unless all of them are ready."""
    dependencies = await readiness()
    ready = all(each.ready for each in dependencies)
    result = {
        "status": "ready" if ready else "not ready",
        "dependencies": [_dependency_body(each) for each in dependencies],
    }
    return result, 200 if ready else 503


def _dependency_body(health: DependencyHealth) -> dict[str, Any]:
    return {**asdict(health), "ready": health.ready}


async def get_metrics(exposition: MetricsExposition) -> tuple[bytes, int, dict[str, str]]:
    """Return the metrics of the service."""
    return exposition.exposition(), 200, {"Content-Type": exposition.content_type}
