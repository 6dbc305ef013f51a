"""Problems appear and disappear with the runs of jobs."""

from arcbeat.app import JobRuntime
from arcbeat.domain.jobs.alerts import CheckedProblem, JobProblem
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.services.jobs.problems import find_problems
from jobs.execution.start import Starter

LIMITS = CheckLimits(failures_min=2)


async def problems(runtime: JobRuntime, limits: CheckLimits = LIMITS) -> dict[str, set[JobProblem]]:
    """Return the problems that a look finds, by job."""
    inspection, _ = await find_problems(runtime.ports, limits, runtime.ports.clock())
    assert inspection.failures == []
    found: dict[str, set[JobProblem]] = {}
    for each in inspection.findings:
        assert CheckedProblem(each.job_name, each.problem) in inspection.checked
        found.setdefault(each.job_name, set()).add(each.problem)
    return found


async def test_jobs_that_have_just_been_registered_have_no_problems(starter: Starter, runtime: JobRuntime) -> None:
    await starter.prepare()

    assert await problems(runtime) == {}
