from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.day_statistics_errors_by_category import DayStatisticsErrorsByCategory
    from ..models.day_statistics_runs import DayStatisticsRuns


T = TypeVar("T", bound="DayStatistics")


@_attrs_define
class DayStatistics:
    """The runs of a job that were requested on one day.

    Attributes:
        job_name (str): Name of the job. Example: check_latest.
        day (datetime.date): The day in UTC. Example: 2026-03-02.
        total (int): Number of runs that have ended. Example: 96.
        runs (DayStatisticsRuns): Number of runs that have ended, by state. States without runs are omitted. Example:
            {'succeeded': 94, 'failed': 1, 'skipped': 1}.
        retries (int): Number of attempts after the first one. Example: 5.
        duration_ms_avg (float): Average duration of a run in milliseconds. Example: 3120.5.
        duration_ms_max (float): Longest duration of a run in milliseconds. Example: 9800.
        errors_by_category (DayStatisticsErrorsByCategory): Number of runs that ended with an error, by the category of
            that error. Categories without runs are omitted. Example: {'network_error': 1}.
    """

    job_name: str
    day: datetime.date
    total: int
    runs: DayStatisticsRuns
    retries: int
    duration_ms_avg: float
    duration_ms_max: float
    errors_by_category: DayStatisticsErrorsByCategory

    def to_dict(self) -> dict[str, Any]:
        job_name = self.job_name

        day = self.day.isoformat()

        total = self.total

        runs = self.runs.to_dict()

        retries = self.retries

        duration_ms_avg = self.duration_ms_avg

        duration_ms_max = self.duration_ms_max

        errors_by_category = self.errors_by_category.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "job_name": job_name,
                "day": day,
                "total": total,
                "runs": runs,
                "retries": retries,
                "duration_ms_avg": duration_ms_avg,
                "duration_ms_max": duration_ms_max,
                "errors_by_category": errors_by_category,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.day_statistics_errors_by_category import DayStatisticsErrorsByCategory
        from ..models.day_statistics_runs import DayStatisticsRuns

        d = dict(src_dict)
        job_name = d.pop("job_name")

        day = datetime.date.fromisoformat(d.pop("day"))

        total = d.pop("total")

        runs = DayStatisticsRuns.from_dict(d.pop("runs"))

        retries = d.pop("retries")

        duration_ms_avg = d.pop("duration_ms_avg")

        duration_ms_max = d.pop("duration_ms_max")

        errors_by_category = DayStatisticsErrorsByCategory.from_dict(d.pop("errors_by_category"))

        day_statistics = cls(
            job_name=job_name,
            day=day,
            total=total,
            runs=runs,
            retries=retries,
            duration_ms_avg=duration_ms_avg,
            duration_ms_max=duration_ms_max,
            errors_by_category=errors_by_category,
        )

        return day_statistics
