"""The timeline of a run: attempts and waits, also of runs whose processes died."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import ExecutionPhase, LogStatus, LogType
from arcbeat.domain.jobs.logs import SyncJobLog, TimelineSegment, timeline

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOT = SyncJobLog(
    id=1,
    run_id=1,
    job_id=1,
    job_name="a_job",
    parent_log_id=None,
    run_started_at=NOON,
    log_type=LogType.EXECUTION_START,
    execution_phase=ExecutionPhase.INITIAL,
    status=LogStatus.RUNNING,
    started_at=NOON,
)


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def retry(log_id: int, number: int, failed: int, planned: int, began: int | None) -> SyncJobLog:
    return replace(
        ROOT,
        id=log_id,
        parent_log_id=1,
        log_type=LogType.RETRY_ATTEMPT,
        execution_phase=ExecutionPhase.RETRY,
        attempt_number=number,
        started_at=at(failed),
        planned_start_at=at(planned),
        ended_at=None if began is None else at(began),
        error_category=ErrorCategory.TIMEOUT,
    )


def shown(segments: list[TimelineSegment]) -> list[tuple[str, int, float, float | None, str]]:
    """Return kind, attempt, start and end in seconds, and status of each segment."""

    def seconds(moment: datetime | None) -> float | None:
        return None if moment is None else (moment - NOON).total_seconds()

    return [
        (each.kind, each.attempt_number, seconds(each.started_at) or 0.0, seconds(each.ended_at), each.status)
        for each in segments
    ]


def test_attempts_and_waits_alternate() -> None:
    ended = replace(ROOT, status=LogStatus.SUCCESS, ended_at=at(20))

    assert shown(list(timeline(ended, [retry(2, 2, 3, 5, 6), retry(3, 3, 8, 12, 12)]))) == [
        ("attempt", 1, 0, 3, "failed"),
        ("wait", 2, 3, 6, "success"),
        ("attempt", 2, 6, 8, "failed"),
        ("wait", 3, 8, 12, "success"),
        ("attempt", 3, 12, 20, "success"),
    ]


def test_a_wait_under_way_is_the_last_segment() -> None:
    assert shown(list(timeline(ROOT, [retry(2, 2, 3, 5, None)]))) == [
        ("attempt", 1, 0, 3, "failed"),
        ("wait", 2, 3, None, "running"),
    ]


def test_a_run_that_was_cancelled_in_a_wait_has_no_further_attempt() -> None:
    ended = replace(ROOT, status=LogStatus.CANCELLED, ended_at=at(4))

    assert shown(list(timeline(ended, [retry(2, 2, 3, 5, None)]))) == [
        ("attempt", 1, 0, 3, "failed"),
        ("wait", 2, 3, 4, "cancelled"),
    ]


def test_a_process_that_died_in_a_wait_is_followed_by_the_wait_for_the_next_one() -> None:
    ended = replace(ROOT, status=LogStatus.SUCCESS, ended_at=at(60))

    assert shown(list(timeline(ended, [retry(2, 2, 3, 5, None), retry(3, 2, 33, 33, 40)]))) == [
        ("attempt", 1, 0, 3, "failed"),
        ("wait", 2, 3, 33, "cancelled"),
        ("wait", 2, 33, 40, "success"),
        ("attempt", 2, 40, 60, "success"),
    ]


def test_no_attempt_follows_a_wait_that_was_cut_short() -> None:
    ended = replace(ROOT, status=LogStatus.TIMEOUT, ended_at=at(50))
    died = replace(retry(2, 2, 3, 5, 33), status=LogStatus.CANCELLED)
    cut = replace(retry(4, 3, 45, 55, 50), status=LogStatus.CANCELLED)

    assert shown(list(timeline(ended, [died, retry(3, 2, 33, 33, 40), cut]))) == [
        ("attempt", 1, 0, 3, "failed"),
        ("wait", 2, 3, 33, "cancelled"),
        ("wait", 2, 33, 40, "success"),
        ("attempt", 2, 40, 45, "failed"),
        ("wait", 3, 45, 50, "cancelled"),
    ]


def test_an_attempt_whose_process_died_is_abandoned() -> None:
    resumed = replace(retry(2, 1, 3, 3, 40), status=LogStatus.ABANDONED, error_category=None)

    assert shown(list(timeline(ROOT, [resumed]))) == [
        ("attempt", 1, 0, 3, "abandoned"),
        ("wait", 1, 3, 40, "success"),
        ("attempt", 1, 40, None, "running"),
    ]


def test_a_wait_under_way_has_its_planned_end() -> None:
    assert timeline(ROOT, [retry(2, 2, 3, 5, None)])[-1].planned_end_at == at(5)
