"""The health of a job: silent and stuck jobs, failures in a row, and schedules in their time zones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.jobs.activity import NO_ACTIVITY, JobActivity, RunSummary
from arcbeat.domain.jobs.health import HealthReport, JobHealth, health_of
from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.runs import RunState, Trigger
from arcbeat.domain.jobs.schedule import next_moment

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
JOB = Job(id=1, name="check", description="", schedule="*/15 * * * *", next_run_at=NOON)
ON_REQUEST = replace(JOB, schedule=None, next_run_at=None)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def run(state: RunState, created: float, started: float | None = None, **more: datetime | None) -> RunSummary:
    return RunSummary(
        id=1,
        state=state,
        trigger=Trigger.SCHEDULE,
        created_at=at(created),
        run_started_at=at(created),
        started_at=None if started is None else at(started),
        **more,  # type: ignore[arg-type] # moments by name
    )


def ended(finished: float, state: RunState = RunState.SUCCEEDED) -> RunSummary:
    return run(state, finished - 10, finished - 9, finished_at=at(finished))


def succeeded(finished: float) -> JobActivity:
    return JobActivity(last_run=ended(finished), last_success_at=at(finished))


def health(job: Job, activity: JobActivity, seconds: float) -> JobHealth:
    return health_of(job, activity, at(seconds)).health


def test_a_job_whose_last_run_succeeded_is_ok_until_its_next_moment_has_passed() -> None:
    activity = succeeded(-890)

    assert health(JOB, activity, -1) is JobHealth.OK
    assert health(JOB, activity, 59) is JobHealth.OK
    assert health_of(JOB, activity, at(60)) == HealthReport(JobHealth.SILENT, NOON)


def test_a_moment_that_is_late_within_the_misfire_grace_is_not_missed() -> None:
    patient = replace(JOB, misfire_grace_seconds=3600.0)

    assert health(patient, succeeded(-890), 3599) is JobHealth.OK
    assert health(patient, succeeded(-890), 3600) is JobHealth.SILENT


def test_a_job_that_was_registered_or_changed_after_a_moment_is_not_silent() -> None:
    # The next moment is after the change, whatever moments passed before it.
    changed = replace(JOB, next_run_at=at(900), created_at=at(10), updated_at=at(10))

    assert health(changed, NO_ACTIVITY, 800) is JobHealth.NEVER_RUN
    assert health_of(changed, NO_ACTIVITY, at(961)) == HealthReport(JobHealth.SILENT, at(900))


def test_a_job_that_another_program_starts_is_silent_from_the_first_moment_without_a_run() -> None:
    # No scheduler moves next_run_at.
    assert health(JOB, succeeded(900 + 12), 1859) is JobHealth.OK
    assert health_of(JOB, succeeded(900 + 12), at(1860)) == HealthReport(JobHealth.SILENT, at(1800))


def test_a_run_that_waits_in_the_queue_for_too_long_makes_its_job_silent() -> None:
    handled = replace(JOB, next_run_at=at(900))
    waiting = replace(succeeded(-890), active_run=run(RunState.QUEUED, 0))

    assert health(handled, waiting, 59) is JobHealth.OK
    assert health_of(handled, waiting, at(60)) == HealthReport(JobHealth.SILENT, NOON)
    assert health_of(ON_REQUEST, waiting, at(60)) == HealthReport(JobHealth.SILENT, NOON)


def test_a_run_that_waited_for_another_one_waits_from_the_end_of_that_one() -> None:
    activity = replace(succeeded(500), active_run=run(RunState.QUEUED, 0))

    assert health(ON_REQUEST, activity, 559) is JobHealth.OK
    assert health_of(ON_REQUEST, activity, at(560)) == HealthReport(JobHealth.SILENT, at(500))


def test_a_job_is_not_silent_while_a_long_run_is_under_way() -> None:
    activity = replace(succeeded(-890), active_run=run(RunState.RUNNING, -800, -799, lease_until=at(5000)))

    assert health(JOB, activity, 4000) is JobHealth.OK


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.QUEUED])
def test_a_run_that_began_and_lost_its_lease_makes_its_job_stuck(state: RunState) -> None:
    """It is queued after a sweep has found it, and stays so without a worker."""
    activity = replace(succeeded(-890), active_run=run(state, -30, -29, lease_until=NOON))

    assert health(replace(JOB, enabled=False), activity, 0) is JobHealth.DISABLED
    assert health(replace(JOB, enabled=False), activity, 1) is JobHealth.STUCK


def test_a_job_fails_from_its_first_failure_to_its_next_success() -> None:
    failed = replace(succeeded(-890), last_run=ended(-20, RunState.TIMED_OUT), consecutive_failures=1)
    cancelled = replace(failed, last_run=ended(-10, RunState.CANCELLED))

    assert health(JOB, failed, 0) is JobHealth.FAILING
    assert health(JOB, cancelled, 0) is JobHealth.FAILING
    assert health(JOB, succeeded(-5), 0) is JobHealth.OK


def test_a_job_without_an_outcome_has_never_run() -> None:
    begun = JobActivity(active_run=run(RunState.RUNNING, 0, 0, lease_until=at(60)))
    cancelled = JobActivity(last_run=ended(5, RunState.CANCELLED))

    assert [health(ON_REQUEST, each, 10) for each in (NO_ACTIVITY, begun, cancelled)] == [JobHealth.NEVER_RUN] * 3


def test_nothing_is_expected_of_a_disabled_job() -> None:
    failed = JobActivity(last_run=ended(-20, RunState.FAILED), consecutive_failures=3)

    assert health(replace(JOB, enabled=False), failed, 5000) is JobHealth.DISABLED


def test_a_job_that_cannot_run_is_damaged() -> None:
    stopped = replace(JOB, next_run_at=None)  # as the scheduler leaves a job whose schedule is invalid

    assert health(replace(JOB, problem="sync_job.retry is not a JSON object"), NO_ACTIVITY, 0) is JobHealth.DAMAGED
    assert health(stopped, NO_ACTIVITY, 0) is JobHealth.DAMAGED
    assert health(replace(stopped, enabled=False), NO_ACTIVITY, 0) is JobHealth.DISABLED


def test_an_invalid_schedule_that_was_written_since_hides_no_silence() -> None:
    invalid = replace(JOB, schedule="61 * * * *")

    assert health_of(invalid, succeeded(500), at(600)) == HealthReport(JobHealth.SILENT, NOON)


@pytest.mark.parametrize(
    ("month", "day", "first_missed"),
    [
        (3, 28, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # 02:30 does not exist: 03:00 in summer time
        (10, 24, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # 02:30 comes twice; the first one counts
    ],
)
def test_moments_are_expected_in_the_time_zone_of_the_job(month: int, day: int, first_missed: datetime) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    last = datetime(2026, month, day, 2, 30, tzinfo=berlin)
    schedule = "30 2 * * *"
    job = replace(JOB, schedule=schedule, time_zone=berlin.key, next_run_at=next_moment(schedule, berlin.key, last))
    finished = replace(ended(0), finished_at=last + timedelta(seconds=5))
    by_scheduler = JobActivity(last_run=finished, last_success_at=finished.finished_at)
    by_another_program = replace(job, next_run_at=last.astimezone(UTC))

    for each in (job, by_another_program):
        just_before, missed = first_missed + timedelta(seconds=59), first_missed + timedelta(seconds=60)
        assert health_of(each, by_scheduler, just_before).health is JobHealth.OK
        assert health_of(each, by_scheduler, missed) == HealthReport(JobHealth.SILENT, first_missed)
