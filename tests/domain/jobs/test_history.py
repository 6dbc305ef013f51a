"""Statistics and state of a run are rebuilt from its log, also if its processes died."""

from dataclasses import replace

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import LogType
from arcbeat.domain.jobs.logs import AdaptiveAdjustments, RetryContext, SyncJobLog
from arcbeat.domain.jobs.logs.history import state_of, stats_of
from arcbeat.domain.jobs.retry import RetryState, RetryStats, StrategyName
from tests.domain.jobs.test_timeline import ROOT, retry


def resumed(log_id: int, number: int, lost: int, taken_up: int) -> SyncJobLog:
    return replace(retry(log_id, number, lost, lost, taken_up), error_category=None)


def context(delay_multiplier: float, *, timeout_extended: bool) -> RetryContext:
    return RetryContext(
        strategy_name=StrategyName.ADAPTIVE,
        delay_seconds=1.0,
        attempt_number=2,
        max_attempts=3,
        error_category=ErrorCategory.TIMEOUT,
        adaptive_adjustments=AdaptiveAdjustments(delay_multiplier, timeout_extended),
    )


def test_errors_waits_and_changes_are_counted() -> None:
    change = replace(ROOT, id=3, parent_log_id=1, log_type=LogType.STRATEGY_CHANGE)
    reset = replace(retry(4, 3, 8, 12, 12), error_category=ErrorCategory.NETWORK_ERROR)

    stats = stats_of(3, [ROOT, reset, change, retry(2, 2, 3, 5, 6)])

    assert stats == RetryStats(
        attempts=3,
        retries=2,
        wait_seconds=3 + 4,
        strategy_changes=1,
        errors_by_category={ErrorCategory.TIMEOUT: 1, ErrorCategory.NETWORK_ERROR: 1},
    )


def test_a_wait_that_its_process_did_not_survive_ends_when_the_run_is_lost() -> None:
    stats = stats_of(2, [ROOT, retry(2, 2, 3, 60, None), resumed(3, 2, 10, 14)])

    assert (stats.wait_seconds, stats.errors_by_category) == (7 + 4, {ErrorCategory.TIMEOUT: 1})


def test_a_wait_under_way_is_not_counted_yet() -> None:
    assert stats_of(1, [ROOT, retry(2, 2, 3, 5, None)]).wait_seconds == 0


def test_a_run_without_retries_has_only_attempts() -> None:
    assert stats_of(2, [ROOT]) == RetryStats(attempts=2, retries=1)
    assert stats_of(0, []) == RetryStats()


def test_the_last_decision_has_the_state_of_the_adaptive_strategy() -> None:
    logs = [
        replace(retry(4, 3, 8, 12, 12), retry_context=context(4.0, timeout_extended=True)),
        resumed(5, 4, 20, 24),
        replace(retry(2, 2, 3, 5, 6), retry_context=context(2.0, timeout_extended=False)),
    ]

    assert state_of(4, logs) == RetryState(attempt_number=4, delay_multiplier=4.0, timeout_extended=True)
    assert state_of(4, [ROOT]) == RetryState(attempt_number=4)
