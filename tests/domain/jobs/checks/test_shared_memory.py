"""One finding per process about its memory, however many jobs it carries out."""

from arcbeat.domain.jobs.alerts import AlertSeverity, CheckedProblem, Finding, JobProblem
from arcbeat.domain.jobs.checks.shared_memory import merge_per_process

MEMORY, SLOW = JobProblem.MEMORY, JobProblem.SLOW
WORKERS = {"a": "first", "b": "first", "c": "second", "d": "first", "e": None, "f": None}


def finding(job_name: str, problem: JobProblem = MEMORY) -> Finding:
    return Finding(job_name=job_name, problem=problem, severity=AlertSeverity.WARNING, message=f"{job_name} is large.")


def test_the_first_job_of_a_process_stands_for_the_others() -> None:
    findings = [finding("d"), finding("a"), finding("b"), finding("c"), finding("e"), finding("f"), finding("b", SLOW)]

    merged, left_out = merge_per_process(findings, WORKERS)

    assert [(each.job_name, each.problem) for each in merged] == [
        ("a", MEMORY), ("c", MEMORY), ("e", MEMORY), ("f", MEMORY), ("b", SLOW),
    ]  # fmt: skip
    assert merged[0].message == "a is large. The same process exceeds the usual range of 2 other jobs."
    assert merged[1].message == "c is large."
    assert left_out == {CheckedProblem("b", MEMORY), CheckedProblem("d", MEMORY)}


def test_a_job_that_is_within_its_range_does_not_stand_for_others() -> None:
    assert merge_per_process([finding("b")], WORKERS) == ([finding("b")], frozenset())
    assert merge_per_process([finding("a", SLOW)], WORKERS) == ([finding("a", SLOW)], frozenset())
