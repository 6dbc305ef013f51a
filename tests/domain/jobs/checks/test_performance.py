"""Runs out of their usual range, by example and by property."""

from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.jobs.alerts import AlertSeverity, Finding, JobProblem
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.checks.performance import find_performance_problems, is_unusual, judged_problems
from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.ports import MetricHistory, RunMetric

LIMITS = CheckLimits()
JOB = Job(id=1, name="sync_devices", description="")
DURATION = MetricHistory(
    job_id=1,
    metric=RunMetric.DURATION_SECONDS,
    recent=48.2,
    runs=27,
    since=datetime(2026, 10, 30, 2, 30, tzinfo=UTC),
    median=4.55,
    deviation=0.28,
    least=3.9,
)
MEMORY = replace(DURATION, metric=RunMetric.MEMORY_MB, recent=812.0, median=300.0, deviation=2.0, least=296.0)
QUERIES = replace(DURATION, metric=RunMetric.QUERY_SECONDS, recent=42.0, median=0.4, deviation=0.0, least=0.1)


def history(values: list[float], recent: float) -> MetricHistory:
    center = median(values)
    return replace(
        DURATION,
        recent=recent,
        runs=len(values),
        median=center,
        deviation=median(abs(each - center) for each in values),
        least=min(values),
    )


def messages(*histories: MetricHistory, limits: CheckLimits = LIMITS) -> list[str]:
    return [each.message for each in find_performance_problems(JOB, histories, limits)]


def test_a_finding_names_the_last_runs_the_usual_range_and_its_basis() -> None:
    assert list(find_performance_problems(JOB, [DURATION], LIMITS)) == [
        Finding(
            job_name="sync_devices",
            problem=JobProblem.SLOW,
            severity=AlertSeverity.WARNING,
            message="The last 3 runs took 48.2 s (median); usual is 3.9 s to 6.0 s over 27 runs since 2026-10-30.",
        )
    ]


def test_memory_and_queries_are_problems_of_their_own() -> None:
    found = {each.problem: each.message for each in find_performance_problems(JOB, [MEMORY, QUERIES, DURATION], LIMITS)}

    assert found.keys() == {JobProblem.SLOW, JobProblem.MEMORY, JobProblem.SLOW_QUERIES}
    assert found[JobProblem.MEMORY] == (
        "The last 3 runs ended with 812 MiB (median) of memory in use; usual is 296 MiB to 310 MiB over 27 runs since "
        "2026-10-30."
    )
    assert found[JobProblem.SLOW_QUERIES] == (
        "The last 3 runs spent 42.0 s (median) on calls to PostgreSQL; usual is 400 ms over 27 runs since 2026-10-30."
    )


def test_a_single_run_is_no_median() -> None:
    assert messages(DURATION, limits=replace(LIMITS, recent_runs=1)) == [
        "The last run took 48.2 s; usual is 3.9 s to 6.0 s over 27 runs since 2026-10-30."
    ]


@pytest.mark.parametrize(
    ("recent", "usual", "is_found"),
    [
        (0.009, [0.005] * 20, False),  # nearly twice as long, and too short to matter
        (7_300.0, [7_200.0, 7_201.0] * 10, False),  # far out of the range, and by 1.4 % only
        (11_000.0, [7_200.0, 7_201.0] * 10, True),
        (20.0, [1.0, 30.0, 5.0, 12.0, 8.0] * 4, False),  # as long as some before
        (20.0, [5.0] * 9, False),  # too few to know what is usual
        (20.0, [5.0] * 10, True),
        (3.0, [20.0] * 20, False),  # quicker than usual
    ],
)
def test_only_what_is_unusual_and_matters_is_found(recent: float, usual: list[float], *, is_found: bool) -> None:
    assert is_unusual(history(usual, recent), LIMITS) is is_found


def test_of_runs_with_different_parameters_the_most_unusual_are_reported() -> None:
    backfill = replace(DURATION, recent=900.0, median=600.0, deviation=1.0, runs=12)

    assert messages(backfill, DURATION) == messages(DURATION)
    assert messages(replace(DURATION, recent=5.0), backfill) == messages(backfill)


def test_a_problem_is_judged_where_enough_earlier_runs_are_known() -> None:
    few = replace(MEMORY, runs=LIMITS.baseline_runs_min - 1)

    assert judged_problems(JOB, [DURATION, few], LIMITS) == {JobProblem.SLOW}
    assert judged_problems(JOB, [few], LIMITS) == frozenset()
    assert messages(few) == []


def test_a_job_whose_runs_are_too_long_ago_has_no_problem() -> None:
    # A job that a person starts now and then would have an open alert for ever.
    assert judged_problems(JOB, [], LIMITS) == {JobProblem.SLOW, JobProblem.MEMORY, JobProblem.SLOW_QUERIES}


def test_a_disabled_job_has_no_problem() -> None:
    disabled = replace(JOB, enabled=False)

    assert list(find_performance_problems(disabled, [DURATION], LIMITS)) == []
    assert judged_problems(disabled, [], LIMITS) == {JobProblem.SLOW, JobProblem.MEMORY, JobProblem.SLOW_QUERIES}


SECONDS = st.floats(0, 1e6)


@given(st.lists(SECONDS, min_size=10, max_size=60), st.data())
def test_what_was_reached_by_the_slowest_half_is_never_unusual(values: list[float], data: st.DataObject) -> None:
    """At most half of the earlier runs can be beyond the range, and a value up to the median is within it."""
    recent = data.draw(st.floats(0, max(median(values), 0.0)))

    assert not is_unusual(history(values, recent), LIMITS)


@given(st.lists(st.floats(1, 10), min_size=20, max_size=60), st.lists(st.floats(0, 1e6), max_size=5))
def test_a_few_outliers_among_the_earlier_runs_hide_no_slow_runs(values: list[float], outliers: list[float]) -> None:
    """The range of a mean and a standard deviation would be moved by a single outlier."""
    assert is_unusual(history([*values, *outliers], 100.0), LIMITS)


@given(st.lists(SECONDS, min_size=10, max_size=60), SECONDS, SECONDS)
def test_slower_runs_are_not_less_unusual(values: list[float], first: float, second: float) -> None:
    quick, slow = sorted((first, second))

    assert is_unusual(history(values, slow), LIMITS) >= is_unusual(history(values, quick), LIMITS)
