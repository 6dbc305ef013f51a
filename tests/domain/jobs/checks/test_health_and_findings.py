"""What is found agrees with the health of a job, which shows the first problem only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.jobs.activity import JobActivity, RunSummary
from arcbeat.domain.jobs.alerts import JobProblem
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.checks.runs import find_run_problems
from arcbeat.domain.jobs.health import JobHealth, health_of
from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.runs import RunState, Trigger

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STRICT = CheckLimits(failures_min=1, overtime_percent=10**9)
"""Health does not judge how long a run takes, and one failure is enough for it."""
PROBLEM_OF_HEALTH = {
    JobHealth.DAMAGED: {JobProblem.DAMAGED},
    JobHealth.STUCK: {JobProblem.STUCK},
    JobHealth.SILENT: {JobProblem.SILENT},
    JobHealth.FAILING: {JobProblem.FAILING},
    JobHealth.OK: set[JobProblem](),
    JobHealth.NEVER_RUN: set[JobProblem](),
    JobHealth.DISABLED: set[JobProblem](),
}

# Whole hours are far from each limit of seconds, within which health and findings may differ.
PAST = st.integers(0, 48).map(lambda hours: NOW - timedelta(hours=hours, minutes=5))
MOMENTS = PAST | st.integers(1, 48).map(lambda hours: NOW + timedelta(hours=hours))
JOBS = st.builds(
    Job,
    id=st.just(1),
    name=st.just("check"),
    description=st.just(""),
    schedule=st.sampled_from([None, "30 2 * * *", "* * * * *", "61 * * * *"]),
    time_zone=st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin"]),
    enabled=st.booleans(),
    problem=st.none() | st.just("sync_job.retry is damaged."),
    next_run_at=st.none() | MOMENTS,
)


def runs(state: RunState) -> st.SearchStrategy[RunSummary]:
    started = st.none() if state is RunState.QUEUED else PAST
    return st.builds(
        RunSummary,
        id=st.just(1),
        state=st.just(state),
        trigger=st.just(Trigger.SCHEDULE),
        created_at=PAST,
        run_started_at=PAST,
        started_at=started,
        finished_at=PAST if state.is_final else st.none(),
        lease_until=st.none() | MOMENTS,
    )


ACTIVITIES = st.builds(
    JobActivity,
    active_run=st.none() | runs(RunState.QUEUED) | runs(RunState.RUNNING),
    last_run=st.none() | runs(RunState.SUCCEEDED) | runs(RunState.FAILED) | runs(RunState.CANCELLED),
    last_success_at=st.none() | PAST,
    consecutive_failures=st.integers(0, 3),
)


def problems(job: Job, activity: JobActivity) -> set[JobProblem]:
    return {each.problem for each in find_run_problems(job, activity, STRICT, NOW)}


@given(JOBS, ACTIVITIES)
def test_the_health_of_an_enabled_job_is_among_its_problems(job: Job, activity: JobActivity) -> None:
    enabled = replace(job, enabled=True)

    assert PROBLEM_OF_HEALTH[health_of(enabled, activity, NOW).health] <= problems(enabled, activity)


@given(JOBS, ACTIVITIES)
def test_a_healthy_or_a_disabled_job_has_no_problem(job: Job, activity: JobActivity) -> None:
    is_well = health_of(job, activity, NOW).health in {JobHealth.OK, JobHealth.NEVER_RUN, JobHealth.DISABLED}

    assert not (is_well or not job.enabled) or problems(job, activity) == set()
