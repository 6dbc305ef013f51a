"""The changes of the retry strategy during a run."""

from dataclasses import replace

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import LogType
from arcbeat.domain.jobs.logs import AdaptiveAdjustments, RetryContext, SyncJobLog, strategy_changes
from arcbeat.domain.jobs.retry import StrategyName
from tests.domain.jobs.test_timeline import ROOT, at, retry


def learned(multiplier: float, *, extended: bool) -> RetryContext:
    return RetryContext(
        strategy_name=StrategyName.ADAPTIVE,
        delay_seconds=1.0,
        attempt_number=2,
        max_attempts=5,
        error_category=ErrorCategory.TIMEOUT,
        adaptive_adjustments=AdaptiveAdjustments(multiplier, timeout_extended=extended),
    )


def change(log_id: int, seconds: int, context: RetryContext | None) -> SyncJobLog:
    row = retry(log_id, 2, seconds, seconds, seconds)
    return replace(row, log_type=LogType.STRATEGY_CHANGE, retry_context=context)


def test_a_change_shows_what_was_in_force_before_and_after() -> None:
    first, second = learned(2.0, extended=True), learned(4.0, extended=True)
    rows = [
        change(4, 9, second),
        change(2, 3, first),
        replace(retry(3, 2, 3, 5, 6), retry_context=first),
    ]

    found = strategy_changes(rows)

    assert [(each.log_id, each.changed_at, each.before, each.after) for each in found] == [
        (2, at(3), AdaptiveAdjustments(1.0, timeout_extended=False), first.adaptive_adjustments),
        (4, at(9), first.adaptive_adjustments, second.adaptive_adjustments),
    ]


def test_a_row_of_another_program_may_not_tell_what_changed() -> None:
    foreign = replace(change(2, 3, None), message="策略由 fixed 改为 adaptive")

    [found] = strategy_changes([replace(ROOT, id=3), foreign])

    assert (found.before, found.after, found.message) == (None, None, foreign.message)
