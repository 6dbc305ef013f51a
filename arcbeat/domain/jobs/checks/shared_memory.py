"""Merges what is found about the memory of one process: its jobs share it, so a leak in one shows in all of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from arcbeat.domain.jobs.alerts import CheckedProblem, Finding, JobProblem
from arcbeat.domain.jobs.ports.performance import MetricHistory, RunMetric


def worker_of(histories: Sequence[MetricHistory]) -> str | None:
    """Return the process that carried out the last run of a job; None if it is unknown."""
    return next((each.worker for each in histories if each.metric is RunMetric.MEMORY_MB), None)


def merge_per_process(
    findings: Sequence[Finding], workers: Mapping[str, str | None]
) -> tuple[Sequence[Finding], frozenset[CheckedProblem]]:
    """Keep one finding about the memory of each process, that of its first job by name.

    Args:
        workers: The process of each job by the name of the job.

    Returns:
        The findings, and what was left out: it counts as not looked for, so that open alerts about it stay open.
    """
    affected: dict[str, list[str]] = defaultdict(list)
    for each in findings:
        if each.problem is JobProblem.MEMORY and (worker := workers.get(each.job_name)) is not None:
            affected[worker].append(each.job_name)
    others = {min(names): len(names) - 1 for names in affected.values()}
    left_out = frozenset(
        CheckedProblem(name, JobProblem.MEMORY) for names in affected.values() for name in names if name not in others
    )
    kept = [each for each in findings if each.subject not in left_out]
    return [_with_others(each, others) for each in kept], left_out


def _with_others(finding: Finding, others: Mapping[str, int]) -> Finding:
    number = others.get(finding.job_name, 0) if finding.problem is JobProblem.MEMORY else 0
    if not number:
        return finding
    jobs = "1 other job" if number == 1 else f"{number} other jobs"
    return replace(finding, message=f"{finding.message} The same process exceeds the usual range of {jobs}.")
