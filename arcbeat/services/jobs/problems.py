"""Looks at all jobs and returns what is wrong with them at the moment."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from arcbeat.domain.errors import StoreTimeout
from arcbeat.domain.jobs.activity import NO_ACTIVITY, JobActivity
from arcbeat.domain.jobs.alerts import CheckedProblem, CheckFailure, Finding, Inspection, JobProblem
from arcbeat.domain.jobs.checks import performance, runs, shared_memory, volume
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.ports import JobPorts, MetricHistory

ACTIVITY_JOBS_MAX = 500
"""Jobs per statement, so that each ends in time however many jobs there are."""
SETTLE_SECONDS = 10.0
"""How long schedulers may take after an outage to start what is due, one job after another, and workers to take up the
runs of processes that died."""

Settle = Callable[[], Awaitable[None]]


async def wait_for_others() -> None:
    """Wait until schedulers have started what became due during an outage, and workers have taken up runs."""
    await asyncio.sleep(SETTLE_SECONDS)


@dataclass(slots=True, eq=False)
class Look:
    """What one look has found so far. It is mutable: the checks add to it."""

    jobs: Sequence[Job]
    now: datetime
    settle: Settle
    findings: list[Finding] = field(default_factory=list)
    checked: set[CheckedProblem] = field(default_factory=set)
    failures: list[CheckFailure] = field(default_factory=list)
    volume: Mapping[str, object] = field(default_factory=dict)


Check = Callable[[JobPorts, CheckLimits, Look], Awaitable[None]]


async def find_problems(
    ports: JobPorts, jobs: Sequence[Job], limits: CheckLimits, now: datetime, settle: Settle = wait_for_others
) -> tuple[Inspection, Mapping[str, object]]:
    """Return what is wrong with the jobs, and the forecast of the volume of their tables.

    A check that takes too long is among the failures of the inspection, and the other checks count.

    Args:
        jobs: All jobs.
        settle: Is awaited before silent and stuck jobs without an open alert are looked at again.

    Raises:
        StoreError: PostgreSQL is unavailable.
    """
    look = Look(jobs, now, settle)
    for name, check in CHECKS.items():
        try:
            await check(ports, limits, look)
        except StoreTimeout as error:
            look.failures.append(CheckFailure(check=name, error=error))
    inspection = Inspection(findings=look.findings, checked=frozenset(look.checked), failures=look.failures)
    return inspection, look.volume


async def _check_runs(ports: JobPorts, limits: CheckLimits, look: Look) -> None:
    """Check the runs; look twice before a job counts as silent or stuck.

    After an outage, however short, what was missed is started one job after another, and the look may be among the
    first. A job with an open alert is looked at once: each look would take longer otherwise, and seem slow.
    """
    jobs = look.jobs
    findings = await _find_run_problems(ports, jobs, limits, look.now)
    passing = {each.subject for each in findings if each.problem in runs.PASSING}
    if passing and passing - {each.subject for each in await ports.alerts.open_alerts()}:
        await look.settle()
        jobs = await ports.jobs.list_jobs()
        findings = await _find_run_problems(ports, jobs, limits, ports.clock())
    look.findings.extend(findings)
    look.checked.update(CheckedProblem(job.name, problem) for job in jobs for problem in runs.PROBLEMS)


async def _find_run_problems(
    ports: JobPorts, jobs: Sequence[Job], limits: CheckLimits, now: datetime
) -> Sequence[Finding]:
    activity = await _activity(ports, jobs, now)
    return [finding for job in jobs for finding in runs.find_run_problems(job, activity[job.id], limits, now)]


async def _activity(ports: JobPorts, jobs: Sequence[Job], now: datetime) -> Mapping[int, JobActivity]:
    ids = [job.id for job in jobs]
    found: dict[int, JobActivity] = dict.fromkeys(ids, NO_ACTIVITY)
    for first in range(0, len(ids), ACTIVITY_JOBS_MAX):
        found.update(await ports.history.activity(ids[first : first + ACTIVITY_JOBS_MAX], now))
    return found


async def _check_performance(ports: JobPorts, limits: CheckLimits, look: Look) -> None:
    enabled = [job.id for job in look.jobs if job.enabled]
    since = look.now - timedelta(days=limits.baseline_days)
    histories: dict[int, list[MetricHistory]] = defaultdict(list)
    for history in await ports.performance.histories(enabled, since, limits.recent_runs):
        histories[history.job_id].append(history)
    found: list[Finding] = []
    for job in look.jobs:
        found.extend(performance.find_performance_problems(job, histories[job.id], limits))
        judged = performance.judged_problems(job, histories[job.id], limits)
        look.checked.update(CheckedProblem(job.name, problem) for problem in judged)
    workers = {job.name: shared_memory.worker_of(histories[job.id]) for job in look.jobs}
    merged, left_out = shared_memory.merge_per_process(found, workers)
    look.findings.extend(merged)
    look.checked.difference_update(left_out)


async def _check_volume(ports: JobPorts, limits: CheckLimits, look: Look) -> None:
    months, growth = await ports.partitions.months(), await ports.volume.growth(look.now)
    free = await ports.volume.free_bytes()
    limit = volume.limit_of(look.jobs, limits)
    forecast = volume.forecast_volume(months, growth, free, limit, look.now)
    look.volume = asdict(forecast)
    if forecast.unknown_because is None:
        look.checked.add(CheckedProblem(volume.JOB_NAME, JobProblem.LOG_VOLUME))
    finding = volume.find_volume_problem(forecast, limits)
    if finding is not None:
        look.findings.append(finding)


CHECKS: Mapping[str, Check] = {"runs": _check_runs, "performance": _check_performance, "volume": _check_volume}
"""The checks by name."""
