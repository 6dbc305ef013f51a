"""Looks at all jobs and returns what is wrong with them at the moment."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from arcbeat.domain.errors import StoreTimeout
from arcbeat.domain.jobs.activity import NO_ACTIVITY
from arcbeat.domain.jobs.alerts import CheckedProblem, CheckFailure, Finding, Inspection, JobProblem
from arcbeat.domain.jobs.checks import performance, runs, volume
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.ports import JobPorts, MetricHistory

ACTIVITY_JOBS_MAX = 500
"""Jobs per statement, so that each ends in time however many jobs there are."""


@dataclass(slots=True, eq=False)
class Look:
    """What one look has found so far. It is mutable: the checks add to it."""

    jobs: Sequence[Job]
    now: datetime
    findings: list[Finding] = field(default_factory=list)
    checked: set[CheckedProblem] = field(default_factory=set)
    failures: list[CheckFailure] = field(default_factory=list)
    volume: Mapping[str, object] = field(default_factory=dict)


Check = Callable[[JobPorts, CheckLimits, Look], Awaitable[None]]


async def find_problems(ports: JobPorts, limits: CheckLimits, now: datetime) -> tuple[Inspection, Mapping[str, object]]:
    """Return what is wrong with the jobs, and the forecast of the volume of their tables.

    A check that takes too long is among the failures of the inspection, and the other checks count.

    Raises:
        StoreError: PostgreSQL is unavailable.
    """
    look = Look(await ports.jobs.list_jobs(), now)
    for name, check in CHECKS.items():
        try:
            await check(ports, limits, look)
        except StoreTimeout as error:
            look.failures.append(CheckFailure(check=name, error=error))
    inspection = Inspection(findings=look.findings, checked=frozenset(look.checked), failures=look.failures)
    return inspection, look.volume


async def _check_runs(ports: JobPorts, limits: CheckLimits, look: Look) -> None:
    for first in range(0, len(look.jobs), ACTIVITY_JOBS_MAX):
        jobs = look.jobs[first : first + ACTIVITY_JOBS_MAX]
        activity = await ports.history.activity([job.id for job in jobs], look.now)
        for job in jobs:
            found = runs.find_run_problems(job, activity.get(job.id, NO_ACTIVITY), limits, look.now)
            look.findings.extend(found)
            look.checked.update(CheckedProblem(job.name, problem) for problem in runs.PROBLEMS)


async def _check_performance(ports: JobPorts, limits: CheckLimits, look: Look) -> None:
    enabled = [job.id for job in look.jobs if job.enabled]
    since = look.now - timedelta(days=limits.baseline_days)
    histories: dict[int, list[MetricHistory]] = defaultdict(list)
    for history in await ports.performance.histories(enabled, since, limits.recent_runs):
        histories[history.job_id].append(history)
    for job in look.jobs:
        look.findings.extend(performance.find_performance_problems(job, histories[job.id], limits))
        judged = performance.judged_problems(job, histories[job.id], limits)
        look.checked.update(CheckedProblem(job.name, problem) for problem in judged)


async def _check_volume(ports: JobPorts, limits: CheckLimits, look: Look) -> None:
    months, growth = await ports.partitions.months(), await ports.volume.growth(look.now)
    free = await ports.volume.free_bytes()
    forecast = volume.forecast_volume(months, growth, free, limits.limit_bytes, look.now)
    look.volume = asdict(forecast)
    if forecast.unknown_because is None:
        look.checked.add(CheckedProblem(volume.JOB_NAME, JobProblem.LOG_VOLUME))
    finding = volume.find_volume_problem(forecast, limits)
    if finding is not None:
        look.findings.append(finding)


CHECKS: Mapping[str, Check] = {"runs": _check_runs, "performance": _check_performance, "volume": _check_volume}
"""The checks by name."""
