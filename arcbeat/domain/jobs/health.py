"""The health of a job: whether its runs begin when they should, and what became of the last ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.jobs.activity import JobActivity
from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.schedule import check_schedule, next_moment

START_SECONDS_MAX = 60.0
"""How long a run may take to begin before its job is silent, unless the job allows more by its misfire grace: longer
than a scheduler and a worker take together, also while they are started again."""


class JobHealth(StrEnum):
    """The health of a job. The first value that applies is the health, in this order."""

    DAMAGED = "damaged"
    STUCK = "stuck"
    DISABLED = "disabled"
    SILENT = "silent"
    FAILING = "failing"
    NEVER_RUN = "never_run"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The health of a job at a moment.

    Attributes:
        silent_since: Of a silent job, when a run should have begun; None otherwise.
    """

    health: JobHealth
    silent_since: datetime | None = None


def health_of(job: Job, activity: JobActivity, now: datetime) -> HealthReport:
    """Return the health of a job."""
    if is_damaged(job):
        return HealthReport(JobHealth.DAMAGED)
    if activity.active_run is not None and activity.active_run.is_stuck(now):
        return HealthReport(JobHealth.STUCK)
    if not job.enabled:
        return HealthReport(JobHealth.DISABLED)
    if (since := silent_since(job, activity, now)) is not None:
        return HealthReport(JobHealth.SILENT, since)
    if activity.consecutive_failures:
        return HealthReport(JobHealth.FAILING)
    return HealthReport(JobHealth.NEVER_RUN if activity.last_success_at is None else JobHealth.OK)


def is_damaged(job: Job) -> bool:
    """Return whether the job cannot run: its JSON is damaged, or the scheduler has found its schedule invalid."""
    return job.problem is not None or (job.enabled and job.schedule is not None and job.next_run_at is None)


def silent_since(job: Job, activity: JobActivity, now: datetime) -> datetime | None:
    """Return when a run should have begun and did not; None unless that is longer ago than the job allows."""
    if activity.active_run is not None and activity.active_run.started_at is not None:
        return None  # the run under way holds up others
    due = now - timedelta(seconds=max(job.misfire_grace_seconds, START_SECONDS_MAX))
    expected = (_waiting_since(activity), _missed_moment(job, activity))
    return min((moment for moment in expected if moment is not None and moment <= due), default=None)


def _waiting_since(activity: JobActivity) -> datetime | None:
    """Return since when a run is queued without another run having held it up."""
    if activity.active_run is None:
        return None
    ended_at = activity.last_run.finished_at if activity.last_run else None
    return max(filter(None, (activity.active_run.created_at, ended_at)))


def _missed_moment(job: Job, activity: JobActivity) -> datetime | None:
    """Return the first moment of the schedule that neither a scheduler nor a run has handled; it may be in the future.

    Where another program starts the job, no scheduler moves ``next_run_at``, and the runs show what has been handled.
    """
    ended_at = activity.last_run.finished_at if activity.last_run else None
    if job.schedule is None or job.next_run_at is None or ended_at is None or ended_at < job.next_run_at:
        return job.next_run_at
    try:
        check_schedule(job.schedule, job.time_zone)
    except InvalidValue:  # another program has changed it since
        return job.next_run_at
    return next_moment(job.schedule, job.time_zone, ended_at)
