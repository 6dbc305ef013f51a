"""How long the space for the tables of jobs lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from arcbeat.domain.jobs.alerts import AlertSeverity, Finding, JobProblem
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.checks.texts import bytes_text
from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.ports.partitions import LogMonth
from arcbeat.domain.jobs.ports.volume import TableGrowth
from arcbeat.domain.time.months import first_day_of_month

JOB_NAME = "maintain_logs"
"""The job that looks after the log: its alert is that of the volume, also while the job is disabled."""
FORECAST_MONTHS = 12
MEASURED_MONTHS = 3
"""Complete months whose average size is the basis of the forecast."""
DAYS_PER_MONTH = 30.4
CRITICAL_DAYS = 7
"""With fewer days left, the finding is critical."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeForecast:
    """How long the space for the tables of jobs lasts if nothing is archived.

    Attributes:
        total_bytes: The size of sync_job_log and sync_job_run with their indexes.
        daily_bytes: Their growth per day; None if no day is complete yet.
        free_bytes: What is free on the disk of the database; None if it is unknown.
        left_bytes: What is left of the limit or of the disk, whichever ends first; None if neither is known.
        days_left: None if the growth or what is left is unknown, and without growth; 0 if nothing is left.
        unknown_because: Why there is no forecast; None if there is one.
    """

    total_bytes: int
    daily_bytes: int | None
    free_bytes: int | None
    left_bytes: int | None
    days_left: float | None
    unknown_because: str | None


def forecast(months: Sequence[LogMonth], now: datetime) -> Mapping[str, int]:
    """Return the size of the log, its growth per month, and its size in a year if nothing were archived."""
    complete = [each.size_bytes for each in months if each.month < first_day_of_month(now) and each.restored_at is None]
    measured = complete[-MEASURED_MONTHS:]
    total = sum(each.size_bytes for each in months)
    monthly = sum(measured) // len(measured) if measured else 0
    return {
        "total_bytes": total,
        "monthly_bytes": monthly,
        "bytes_in_12_months": total + FORECAST_MONTHS * monthly,
    }


def months_to_limit(size: Mapping[str, int], limit_bytes: int) -> int | None:
    """Return after how many months the log exceeds a limit if nothing is archived; None if there is no limit."""
    if limit_bytes <= 0:
        return None
    room = limit_bytes - size["total_bytes"]
    if room < 0:
        return 0
    return room // size["monthly_bytes"] + 1 if size["monthly_bytes"] else None


def limit_of(jobs: Sequence[Job], limits: CheckLimits) -> int:
    """Return the size up to which the tables may grow; without a limit of its own, the check has that of maintain_logs.

    0 is no limit.
    """
    if limits.limit_bytes:
        return limits.limit_bytes
    stored = next((job.parameters.get("limit_bytes") for job in jobs if job.name == JOB_NAME), None)
    return int(stored) if isinstance(stored, int | float) and stored > 0 else 0


def forecast_volume(
    months: Sequence[LogMonth], growth: TableGrowth, free_bytes: int | None, limit_bytes: int, now: datetime
) -> VolumeForecast:
    """Return how long the disk, or the limit, lasts.

    The growth is that of the last complete days, or that of the last complete months if it is larger: neither a job
    that has begun to write too much nor a quiet week is to change the forecast late.

    Args:
        limit_bytes: The size up to which the tables may grow; 0 is no limit.
    """
    size = forecast(months, now)
    total = size["total_bytes"] + growth.run_bytes
    daily = _daily_bytes(months, growth, size["monthly_bytes"])
    known = [] if free_bytes is None else [free_bytes]
    if limit_bytes:
        known.append(max(0, limit_bytes - total))
    left = min(known, default=None)
    return VolumeForecast(
        total_bytes=total,
        daily_bytes=daily,
        free_bytes=free_bytes,
        left_bytes=left,
        days_left=_days_left(left, daily),
        unknown_because=_unknown_because(left, daily),
    )


def find_volume_problem(forecast: VolumeForecast, limits: CheckLimits) -> Finding | None:
    """Return a finding if the space does not last for so many days; critical if it does not last for a week."""
    days = forecast.days_left
    if days is None or days >= limits.forecast_days:
        return None
    message = f"The tables of jobs take {bytes_text(forecast.total_bytes)}. {_outlook(forecast)}"
    severity = AlertSeverity.CRITICAL if days < CRITICAL_DAYS else AlertSeverity.WARNING
    return Finding(job_name=JOB_NAME, problem=JobProblem.LOG_VOLUME, severity=severity, message=message)


def _outlook(forecast: VolumeForecast) -> str:
    if not forecast.left_bytes or not forecast.daily_bytes:
        return "Nothing is left of limit_bytes or of the disk."
    left, daily = bytes_text(forecast.left_bytes), bytes_text(forecast.daily_bytes)
    return f"They grow by {daily} a day, and the {left} that are left last for {forecast.days_left:.1f} days."


def _days_left(left: int | None, daily: int | None) -> float | None:
    if left is None or not (left and daily):
        return 0.0 if left == 0 else None
    return round(left / daily, 1)


def _daily_bytes(months: Sequence[LogMonth], growth: TableGrowth, monthly_bytes: int) -> int | None:
    """Return the growth per day; None if no day and no month is complete, or no size of a row is known yet."""
    log = [monthly_bytes / DAYS_PER_MONTH] if monthly_bytes else []
    row_bytes = _bytes_per_row(months)
    if growth.days and (row_bytes or not growth.log_rows):
        log.append(growth.log_rows / growth.days * row_bytes)
    if not log:
        return None
    run_bytes = growth.run_bytes / growth.run_rows if growth.run_rows else 0
    return round(max(log) + growth.runs / max(growth.days, 1) * run_bytes)


def _bytes_per_row(months: Sequence[LogMonth]) -> float:
    """Return the average size of a row with its part of the indexes; 0 before PostgreSQL has estimated any rows."""
    known = [each for each in months if each.rows]
    return sum(each.size_bytes for each in known) / max(1, sum(each.rows or 0 for each in known))


def _unknown_because(left: int | None, daily: int | None) -> str | None:
    if left is None:
        return (
            "the free space of the disk is unknown: PostgreSQL runs on another machine, or its data folder is not "
            "readable. Set the parameter limit_bytes"
        )
    if daily is None and left:
        return "the log has no complete day yet, or PostgreSQL has not counted its rows yet (analyze)"
    return None
