"""Rules for what clients may change of a job and look for in the logs."""

from datetime import datetime, timedelta

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.ports import LogFilter, RunFilter
from arcbeat.domain.jobs.schedule import check_schedule

TEXT_SEARCH_DAYS_MAX = 31
"""The longest range of a text search, which no index supports: it reads each row of the job within the range."""

ALWAYS = "* * * * *"

RESERVED_NAMES = frozenset({"alerts", "logs", "runs", "statistics"})
"""Names that no job may have: ``/api/v1/jobs/logs`` are the logs of all jobs, so that it cannot be a job."""


def check_job(job: JobDefinition) -> None:
    """Check the schedule and the time zone of a job.

    Raises:
        InvalidValue: One of them is invalid.
    """
    # The time zone of a job without a schedule must exist too: a schedule may be set later.
    check_schedule(job.schedule or ALWAYS, job.time_zone)


def check_job_name(name: str) -> None:
    """Check the name of a job.

    Raises:
        ValueError: It means something else in the paths of the API.
    """
    if name in RESERVED_NAMES:
        reserved = ", ".join(sorted(RESERVED_NAMES))
        raise ValueError(f"a job cannot be called {name}; these names are reserved: {reserved}")


def check_log_filter(where: LogFilter, now: datetime) -> None:
    """Check the range of a filter, and that a text search is small enough.

    Raises:
        InvalidValue: The range ends before it starts, or a text is given without a job or without a short range.
    """
    _check_range(where.start, where.end)
    if where.text is None:
        return
    if where.job_name is None or where.start is None:
        raise InvalidValue.of("text", f"requires a job, and a range of at most {TEXT_SEARCH_DAYS_MAX} days")
    if (where.end or now) - where.start > timedelta(days=TEXT_SEARCH_DAYS_MAX):
        raise InvalidValue.of("text", f"requires a range of at most {TEXT_SEARCH_DAYS_MAX} days")


def check_run_filter(where: RunFilter) -> None:
    """Check the range of a filter.

    Raises:
        InvalidValue: The range ends before it starts.
    """
    _check_range(where.start, where.end)


def _check_range(start: datetime | None, end: datetime | None) -> None:
    if start and end and start >= end:
        raise InvalidValue.of("start", "not before the end of the range")
