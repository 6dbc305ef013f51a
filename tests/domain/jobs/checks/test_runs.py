"""Problems of the runs of a job: failures, silence, stuck runs and damage, each by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.jobs.activity import NO_ACTIVITY, JobActivity, RunSummary
from arcbeat.domain.jobs.alerts import AlertSeverity, JobProblem
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.checks.runs import find_run_problems
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.jobs import Job
from arcbeat.domain.jobs.runs import RunState, Trigger
from arcbeat.domain.jobs.schedule import next_moment

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIMITS = CheckLimits()
JOB = Job(id=1, name="check", description="", schedule="*/15 * * * *", next_run_at=NOON, timeout_seconds=600.0)


def ago(**parts: float) -> datetime:
    return NOON - timedelta(**parts)


def run(state: RunState, began: datetime, ended: datetime | None = None, **more: object) -> RunSummary:
    values: dict[str, object] = {"started_at": began, "finished_at": ended, "lease_until": NOON, **more}
    return RunSummary(
        id=7, state=state, trigger=Trigger.SCHEDULE, created_at=began, run_started_at=began, **values  # type: ignore[arg-type] # attributes by name
    )  # fmt: skip


def failed(number: int, last_success_at: datetime | None) -> JobActivity:
    newest = run(RunState.TIMED_OUT, ago(minutes=2), ago(minutes=1), error_category=ErrorCategory.TIMEOUT)
    return JobActivity(last_run=newest, last_success_at=last_success_at, consecutive_failures=number)


def found(job: Job, activity: JobActivity, limits: CheckLimits = LIMITS) -> dict[JobProblem, str]:
    findings = list(find_run_problems(job, activity, limits, NOON))
    assert {(each.job_name, each.severity) for each in findings} <= {(job.name, AlertSeverity.CRITICAL)}
    return {each.problem: each.message for each in findings}


def test_a_job_that_does_its_work_has_no_problem() -> None:
    ended = run(RunState.SUCCEEDED, ago(minutes=15), ago(minutes=14))
    under_way = run(RunState.RUNNING, ago(minutes=19))

    assert found(JOB, NO_ACTIVITY) == {}
    assert found(JOB, JobActivity(active_run=under_way, last_run=ended, last_success_at=ended.finished_at)) == {}


def test_failures_in_a_row_are_a_problem_with_the_newest_of_them() -> None:
    assert found(JOB, failed(2, ago(hours=1))) == {}
    assert found(JOB, failed(3, ago(hours=1))) == {
        JobProblem.FAILING: "3 runs failed since the last success at 2026-03-02 11:00 UTC. "
        "Run 7 ended as timed_out (timeout) at 2026-03-02 11:59 UTC."
    }
    assert found(JOB, failed(1, ago(hours=1)), replace(LIMITS, failures_min=1)).keys() == {JobProblem.FAILING}


def test_one_failure_of_a_job_that_has_not_succeeded_for_long_is_a_problem() -> None:
    assert found(JOB, failed(1, ago(hours=6, seconds=-1))) == {}
    assert found(JOB, failed(1, ago(hours=6))).keys() == {JobProblem.FAILING}
    assert found(JOB, failed(1, None))[JobProblem.FAILING].startswith("1 run failed and no run has succeeded yet. ")


def test_the_first_failure_of_a_new_job_is_no_problem_yet() -> None:
    new = replace(JOB, created_at=ago(minutes=5))

    assert found(new, failed(2, None)) == {}
    assert found(new, failed(3, None)).keys() == {JobProblem.FAILING}
    assert found(replace(JOB, created_at=ago(hours=6)), failed(1, None)).keys() == {JobProblem.FAILING}


def test_the_number_of_failures_is_a_lower_bound_where_counting_stopped() -> None:
    assert found(JOB, failed(100, None))[JobProblem.FAILING].startswith("100 or more runs failed")


def test_no_error_message_leaves_the_log() -> None:
    newest = run(RunState.FAILED, ago(minutes=2), ago(minutes=1), error_message="password=hunter2")

    assert "hunter2" not in str(found(JOB, JobActivity(last_run=newest, consecutive_failures=3)))


def test_a_moment_without_a_run_is_silence() -> None:
    late = replace(JOB, next_run_at=ago(minutes=5))
    ended = run(RunState.SUCCEEDED, ago(minutes=20), ago(minutes=19))

    assert found(late, NO_ACTIVITY) == {
        JobProblem.SILENT: "A run should have begun at 2026-03-02 11:55 UTC and did not; no run has ended yet."
    }
    assert found(late, JobActivity(last_run=ended, last_success_at=ended.finished_at)) == {
        JobProblem.SILENT: "A run should have begun at 2026-03-02 11:55 UTC and did not; the last one began at "
        "2026-03-02 11:40 UTC."
    }


@pytest.mark.parametrize(
    ("day", "due_at"),
    [
        ("2026-03-28", datetime(2026, 3, 28, 1, 30, tzinfo=UTC)),
        ("2026-03-29", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # 02:30 does not exist; the job is due at 03:00
        ("2026-10-25", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # 02:30 comes twice; the job is due once
    ],
)
def test_silence_follows_the_clocks_of_the_time_zone(day: str, due_at: datetime) -> None:
    berlin = replace(JOB, schedule="30 2 * * *", time_zone="Europe/Berlin")
    before = datetime.fromisoformat(f"{day}T00:00:00Z")
    job = replace(berlin, next_run_at=next_moment("30 2 * * *", "Europe/Berlin", before - timedelta(hours=2)))

    def is_silent(now: datetime) -> bool:
        return any(each.problem is JobProblem.SILENT for each in find_run_problems(job, NO_ACTIVITY, LIMITS, now))

    assert not is_silent(due_at + timedelta(seconds=59))
    assert is_silent(due_at + timedelta(seconds=61))


def test_a_run_that_no_worker_takes_is_silence() -> None:
    queued = replace(run(RunState.QUEUED, ago(minutes=3)), started_at=None)

    assert found(JOB, JobActivity(active_run=queued)) == {
        JobProblem.SILENT: "A run should have begun at 2026-03-02 11:57 UTC. Run 7 waits in the queue since "
        "2026-03-02 11:57 UTC, and no worker has taken it."
    }


def test_a_run_whose_process_is_gone_and_that_no_other_takes_up_is_stuck() -> None:
    lost = run(RunState.RUNNING, ago(minutes=3), lease_until=ago(seconds=61))

    assert found(JOB, JobActivity(active_run=replace(lost, lease_until=ago(seconds=59)))) == {}
    assert found(JOB, JobActivity(active_run=lost)) == {
        JobProblem.STUCK: "Run 7 began at 2026-03-02 11:57 UTC. Its process does not renew its lease, which ended at "
        "2026-03-02 11:58 UTC, and no other one has taken the run up."
    }


@pytest.mark.parametrize(
    ("minutes", "resumes", "is_stuck"), [(20, 0, False), (21, 0, True), (40, 1, False), (41, 1, True)]
)
def test_a_run_far_beyond_the_time_limit_of_its_job_is_stuck(minutes: int, resumes: int, *, is_stuck: bool) -> None:
    under_way = run(RunState.RUNNING, ago(minutes=minutes), resumes=resumes)

    messages = found(JOB, JobActivity(active_run=under_way))

    assert (JobProblem.STUCK in messages) is is_stuck
    assert not is_stuck or f"under way for {minutes}.0 min; the time limit of the job is 10.0 min." in str(messages)


def test_damaged_columns_and_an_invalid_schedule_are_damage() -> None:
    problem = "sync_job.retry is not a JSON object; an object would be right."

    assert found(replace(JOB, problem=problem), NO_ACTIVITY) == {JobProblem.DAMAGED: f"The job cannot run: {problem}"}
    assert found(replace(JOB, schedule="61 * * * *", next_run_at=None), NO_ACTIVITY) == {
        JobProblem.DAMAGED: "The job is never due. `schedule`: not a cron expression of five fields with moments in "
        "the future, for example */5 * * * *."
    }


def test_a_schedule_that_no_scheduler_has_read_is_damage() -> None:
    assert found(replace(JOB, next_run_at=None), NO_ACTIVITY) == {
        JobProblem.DAMAGED: "The job is never due: `next_run_at` is empty, as in rows of other programs. Set its "
        "schedule by the API."
    }


def test_no_problem_hides_another_one() -> None:
    lost = run(RunState.RUNNING, ago(minutes=3), lease_until=ago(minutes=2))
    activity = replace(failed(3, ago(hours=1)), active_run=lost)
    damaged = replace(JOB, problem="sync_job.retry is damaged.")

    assert found(damaged, activity).keys() == {JobProblem.DAMAGED, JobProblem.STUCK, JobProblem.FAILING}
    missed = replace(damaged, next_run_at=ago(minutes=5))
    assert found(missed, JobActivity(consecutive_failures=3)).keys() == {
        JobProblem.DAMAGED,
        JobProblem.SILENT,
        JobProblem.FAILING,
    }


def test_a_disabled_job_has_no_problem() -> None:
    disabled = replace(JOB, enabled=False, problem="sync_job.retry is damaged.")

    assert found(disabled, replace(failed(9, None), active_run=run(RunState.RUNNING, ago(days=3)))) == {}
