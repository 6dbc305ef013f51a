"""The daily statistics of runs, in sync_job_statistics."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from adapters.postgres.jobs.rows import to_category
from adapters.postgres.pool import Database
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.ports import DailyStatistics
from arcbeat.domain.jobs.runs import RunState

DAILY = """
select job_name, day, jsonb_object_agg(state, runs) as runs, sum(retries)::bigint as retries,
       sum(duration_ms_total) as duration_ms_total, max(duration_ms_max) as duration_ms_max,
       jsonb_agg(errors) as errors
  from sync_job_statistics
 where day >= %(start)s and day < %(end)s and (%(job_name)s::text is null or job_name = %(job_name)s)
 group by job_name, day order by day, job_name"""


class PostgresJobStatistics:
    """Implements JobStatistics on sync_job_statistics."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def daily(self, start: date, end: date, job_name: str | None) -> Sequence[DailyStatistics]:
        rows = await self._database.fetch_all(DAILY, {"start": start, "end": end, "job_name": job_name})
        return [
            DailyStatistics(
                job_name=row["job_name"],
                day=row["day"],
                runs={RunState(state): runs for state, runs in row["runs"].items()},
                retries=row["retries"],
                duration_ms_total=row["duration_ms_total"],
                duration_ms_max=row["duration_ms_max"],
                errors=_total(row["errors"]),
            )
            for row in rows
        ]


def _total(errors_by_state: Sequence[Mapping[str, int]]) -> Mapping[ErrorCategory, int]:
    """Return the errors of all states of a day."""
    total: Counter[ErrorCategory] = Counter()
    for errors in errors_by_state:
        for name, runs in errors.items():
            total[to_category(name) or ErrorCategory.UNKNOWN] += runs
    return total
