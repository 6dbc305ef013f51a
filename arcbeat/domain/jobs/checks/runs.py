"""Whether the runs of a job begin, end and succeed. Each rule is checked by itself: a job may break several."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.jobs.activity import CONSECUTIVE_FAILURES_MAX, JobActivity, RunSummary
from arcbeat.domain.jobs.alerts import AlertSeverity, Finding, JobProblem
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.checks.texts import moment_text, runs_text, seconds_text
from arcbeat.domain.jobs.health import START_SECONDS_MAX, is_damaged, silent_since
from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.schedule import check_schedule

PROBLEMS = frozenset({JobProblem.DAMAGED, JobProblem.STUCK, JobProblem.SILENT, JobProblem.FAILING})
"""What these rules look for."""
PASSING = frozenset({JobProblem.STUCK, JobProblem.SILENT})
"""What may pass within seconds after an outage, when schedulers and workers go on."""


def find_run_problems(job: Job, activity: JobActivity, limits: CheckLimits, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the runs of a job; nothing for a disabled job.

    Each finding is critical: the job does not do its work.
    """
    if not job.enabled:
        return
    messages = {
        JobProblem.DAMAGED: _damaged(job),
        JobProblem.STUCK: _stuck(job, activity.active_run, limits, now),
        JobProblem.SILENT: _silent(job, activity, now),
        JobProblem.FAILING: _failing(job, activity, limits, now),
    }
    for problem, message in messages.items():
        if message is not None:
            yield Finding(job_name=job.name, problem=problem, severity=AlertSeverity.CRITICAL, message=message)


def _damaged(job: Job) -> str | None:
    if not is_damaged(job):
        return None
    if job.problem is not None:
        return f"The job cannot run: {job.problem}"
    try:
        check_schedule(job.schedule or "", job.time_zone)
    except InvalidValue as error:
        return f"The job is never due. `{error.violations[0].field}`: {error.violations[0].detail}."
    return "The job is never due: `next_run_at` is empty, as in rows of other programs. Set its schedule by the API."


def _stuck(job: Job, run: RunSummary | None, limits: CheckLimits, now: datetime) -> str | None:
    if run is None or run.started_at is None or run.state.is_final:
        return None
    began = f"Run {run.id} began at {moment_text(run.started_at)}"
    # A worker needs a moment to take up the run of a process that died.
    if run.is_stuck(now - timedelta(seconds=START_SECONDS_MAX)) and run.lease_until is not None:
        ended = f"Its process does not renew its lease, which ended at {moment_text(run.lease_until)}"
        return f"{began}. {ended}, and no other one has taken the run up."
    # After each resumption, a run has the whole time again.
    allowed = timedelta(seconds=job.timeout_seconds * (1 + run.resumes) * limits.overtime_percent / 100)
    if now - run.started_at <= allowed:
        return None
    under_way, limit = seconds_text((now - run.started_at).total_seconds()), seconds_text(job.timeout_seconds)
    return f"{began} and has been under way for {under_way}; the time limit of the job is {limit}."


def _silent(job: Job, activity: JobActivity, now: datetime) -> str | None:
    since = silent_since(job, activity, now)
    if since is None:
        return None
    waiting = activity.active_run
    if waiting is not None:
        return (
            f"A run should have begun at {moment_text(since)}. Run {waiting.id} waits in the queue since "
            f"{moment_text(waiting.created_at)}, and no worker has taken it."
        )
    last = activity.last_run
    before = "no run has ended yet" if last is None else f"the last one began at {moment_text(_began(last))}"
    return f"A run should have begun at {moment_text(since)} and did not; {before}."


def _failing(job: Job, activity: JobActivity, limits: CheckLimits, now: datetime) -> str | None:
    failures, success = activity.consecutive_failures, activity.last_success_at
    # A new job has not gone without a success for long: a store may start later than the jobs of a new installation.
    since = success or job.created_at
    is_long = since is None or now - since >= timedelta(hours=limits.failing_hours)
    if not failures or (failures < limits.failures_min and not is_long):
        return None
    number = f"{failures} or more runs" if failures >= CONSECUTIVE_FAILURES_MAX else runs_text(failures)
    after = "and no run has succeeded yet" if success is None else f"since the last success at {moment_text(success)}"
    return f"{number} failed {after}.{_newest(activity.last_run)}"


def _newest(run: RunSummary | None) -> str:
    """Return how the newest run ended. Its error message stays in the log: it may hold what is not for a chat."""
    if run is None or run.finished_at is None:
        return ""
    category = f" ({run.error_category})" if run.error_category else ""
    return f" Run {run.id} ended as {run.state}{category} at {moment_text(run.finished_at)}."


def _began(run: RunSummary) -> datetime:
    return run.started_at or run.created_at
