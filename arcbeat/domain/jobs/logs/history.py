"""What the log of a run tells about its attempts so far, also about those of earlier holders."""

from collections import Counter
from collections.abc import Sequence

from arcbeat.domain.jobs.events import LogType
from arcbeat.domain.jobs.logs.rows import SyncJobLog, retries_in_order
from arcbeat.domain.jobs.retry import RetryState, RetryStats


def stats_of(attempts: int, logs: Sequence[SyncJobLog]) -> RetryStats:
    """Return what the attempts of a run add up to.

    An attempt whose process died has no error category. The time until the run was taken up again counts as a wait, as
    in the timeline; a wait that its process did not survive ends there.

    Args:
        attempts: How many attempts began; the process of an attempt may have died before it could log anything.
        logs: The rows of the run, in any order.
    """
    retries = retries_in_order(logs)
    cut_at = [*(log.started_at for log in retries[1:]), None]
    waits = [(log.started_at, log.ended_at or cut) for log, cut in zip(retries, cut_at, strict=False)]
    return RetryStats(
        attempts=attempts,
        retries=max(0, attempts - 1),
        wait_seconds=sum(max(0.0, (end - start).total_seconds()) for start, end in waits if start and end),
        strategy_changes=sum(log.log_type is LogType.STRATEGY_CHANGE for log in logs),
        errors_by_category=dict(Counter(log.error_category for log in retries if log.error_category is not None)),
    )


def state_of(attempt_number: int, logs: Sequence[SyncJobLog]) -> RetryState:
    """Return the state with which an attempt begins: with what the adaptive strategy has learned before it."""
    contexts = [log.retry_context for log in retries_in_order(logs) if log.retry_context is not None]
    if not contexts:
        return RetryState(attempt_number=attempt_number)
    learned = contexts[-1].adaptive_adjustments
    return RetryState(
        attempt_number=attempt_number,
        delay_multiplier=learned.delay_multiplier,
        timeout_extended=learned.timeout_extended,
    )
