"""What the adaptive strategy changed during a run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import LogType
from arcbeat.domain.jobs.logs.rows import AdaptiveAdjustments, SyncJobLog

UNCHANGED = AdaptiveAdjustments(delay_multiplier=1.0, timeout_extended=False)
"""With what every run begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyChange:
    """A change of the retry strategy between two attempts.

    Attributes:
        attempt_number: The attempt that follows.
        error_category: Why the attempt before failed.
        before, after: What was in force; None for a row of another program that does not tell.
    """

    log_id: int | None
    changed_at: datetime
    attempt_number: int | None
    error_category: ErrorCategory | None
    message: str
    before: AdaptiveAdjustments | None
    after: AdaptiveAdjustments | None


def strategy_changes(children: Sequence[SyncJobLog]) -> Sequence[StrategyChange]:
    """Return the changes of the strategy of a run, in order.

    Args:
        children: The rows below the root of the run, in any order.
    """
    return list(_changes(sorted(children, key=lambda log: log.id or 0)))


def _changes(logs: Sequence[SyncJobLog]) -> Iterator[StrategyChange]:
    in_force = UNCHANGED
    for log in logs:
        after = log.retry_context.adaptive_adjustments if log.retry_context else None
        if log.log_type is LogType.STRATEGY_CHANGE:
            yield StrategyChange(
                log_id=log.id,
                changed_at=log.started_at or log.run_started_at,
                attempt_number=log.attempt_number,
                error_category=log.error_category,
                message=log.message,
                before=in_force if after else None,
                after=after,
            )
        in_force = after or in_force
