"""The port of the daily statistics of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.runs import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyStatistics:
    """What the runs of a job on one day add up to.

    Attributes:
        errors: How many runs ended with an error of which category.
    """

    job_name: str
    day: date
    runs: Mapping[RunState, int] = field(default_factory=dict)
    retries: int = 0
    duration_ms_total: float = 0.0
    duration_ms_max: float = 0.0
    errors: Mapping[ErrorCategory, int] = field(default_factory=dict)


class JobStatistics(Protocol):
    """The roll-up table ``sync_job_statistics``."""

    async def daily(self, start: date, end: date, job_name: str | None) -> Sequence[DailyStatistics]:
        """Return the statistics of each job and day, from ``start`` until before ``end``."""
        ...
