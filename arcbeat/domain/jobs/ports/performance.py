"""The port of what runs cost, compared with earlier runs of the same job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class RunMetric(StrEnum):
    """What is measured of a run."""

    DURATION_SECONDS = "duration_seconds"
    MEMORY_MB = "memory_mb"
    QUERY_SECONDS = "query_seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricHistory:
    """A metric of the runs of a job that have the same parameters: its last runs, and those before them.

    Attributes:
        recent: The median of the last runs.
        runs: How many earlier runs count.
        since: When the first of them was created.
        median, deviation: Of the earlier runs, the median, and the median of the distances from it.
        least: The smallest value of the earlier runs.
        worker: The process that carried out the last run.
    """

    job_id: int
    metric: RunMetric
    recent: float
    runs: int
    since: datetime
    median: float
    deviation: float
    least: float
    worker: str | None = None


class RunPerformance(Protocol):
    """What runs cost, from ``sync_job_run`` and the root rows of ``sync_job_log``."""

    async def histories(self, job_ids: Sequence[int], since: datetime, recent_runs: int) -> Sequence[MetricHistory]:
        """Return each metric of each job whose last runs, of the same parameters, have it.

        Only runs that succeeded and were not dry runs count. Of a job that runs often, a part of the earlier runs
        counts, evenly spread over the time since ``since``.

        Args:
            recent_runs: How many runs the last ones are.
        """
        ...
