"""RetryManager repeats what its decisions say, in order: log, wait, attempt."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.errors import LeaseLost, StoreBadValue, StoreTimeout, StoreUnreachable
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.logs import PerformanceMetrics, SyncJobLog
from arcbeat.domain.jobs.retry import RetryDecision, RetryPolicy, StrategyName
from arcbeat.domain.jobs.timings import CallTimer
from arcbeat.domain.metrics import UNOBSERVED
from arcbeat.domain.time.clock import utc_now
from jobs.execution.retry_manager import RetryManager
from tests.domain.jobs.test_timeline import retry

FAST = RetryPolicy(max_attempts=3, delay_seconds=0.0, delay_seconds_max=0.0)


@dataclass
class Trail:
    """A RetryLog that remembers the order of what happened."""

    events: list[str] = field(default_factory=list)
    decisions: list[RetryDecision] = field(default_factory=list)

    async def retried(
        self, decision: RetryDecision, error: Exception, failed_at: datetime, metrics: PerformanceMetrics
    ) -> SyncJobLog:
        assert failed_at <= utc_now()
        assert metrics.memory_usage_mb
        self.events.append(f"logged {type(error).__name__}")
        self.decisions.append(decision)
        return retry(2, decision.attempt_number, 0, 0, None)

    async def waited(self, log: SyncJobLog, began_at: datetime) -> None:
        assert began_at <= utc_now()
        self.events.append(f"waited for {log.attempt_number}")

    async def strategy_changed(self, decision: RetryDecision, at: datetime) -> None:
        assert at <= utc_now()
        self.events.append(f"multiplier {decision.delay_multiplier:g}")


def manager_with(trail: Trail, policy: RetryPolicy = FAST, attempts_before: int = 0) -> RetryManager:
    return RetryManager(policy, trail, utc_now, CallTimer(UNOBSERVED), attempts_before=attempts_before)


class Failing:
    """An operation that raises the given errors in turn, then succeeds."""

    def __init__(self, trail: Trail, *errors: BaseException) -> None:
        self._trail = trail
        self._errors = list(errors)

    async def __call__(self, number: int) -> str:
        self._trail.events.append(f"attempt {number}")
        if self._errors:
            raise self._errors.pop(0)
        return "done"


async def test_the_decision_is_logged_before_the_wait() -> None:
    trail = Trail()
    manager = manager_with(trail, RetryPolicy(strategy=StrategyName.ADAPTIVE, delay_seconds=0.0))

    assert await manager.execute_with_retry(Failing(trail, StoreUnreachable(), StoreTimeout())) == "done"

    assert trail.events == [
        "attempt 1",
        "multiplier 2",
        "logged StoreUnreachable",
        "waited for 2",
        "attempt 2",
        "multiplier 4",
        "logged StoreTimeout",
        "waited for 3",
        "attempt 3",
    ]
    assert (manager.stats.attempts, manager.stats.retries, manager.stats.strategy_changes) == (3, 2, 2)
    assert manager.stats.errors_by_category == {ErrorCategory.NETWORK_ERROR: 1, ErrorCategory.TIMEOUT: 1}


async def test_a_permanent_error_is_not_repeated() -> None:
    trail = Trail()

    with pytest.raises(StoreBadValue):
        await manager_with(trail).execute_with_retry(Failing(trail, StoreBadValue()))

    assert trail.events == ["attempt 1"]


async def test_a_lost_run_is_not_repeated_and_is_no_failure() -> None:
    trail = Trail()
    manager = manager_with(trail)

    with pytest.raises(LeaseLost):
        await manager.execute_with_retry(Failing(trail, LeaseLost()))

    assert (trail.events, manager.stats.errors_by_category) == (["attempt 1"], {})


async def test_attempts_of_an_earlier_process_count() -> None:
    trail = Trail()
    manager = manager_with(trail, attempts_before=1)

    with pytest.raises(StoreUnreachable):
        await manager.execute_with_retry(Failing(trail, *[StoreUnreachable() for _ in range(5)]))

    assert trail.events == ["attempt 2", "logged StoreUnreachable", "waited for 3", "attempt 3"]
    assert (manager.stats.attempts, manager.stats.retries) == (3, 2)


@given(max_attempts=st.integers(1, 6), failures=st.integers(0, 8))
async def test_never_more_attempts_than_the_policy_allows(max_attempts: int, failures: int) -> None:
    trail = Trail()
    manager = manager_with(trail, RetryPolicy(max_attempts=max_attempts, delay_seconds=0.0))
    operation = Failing(trail, *[StoreUnreachable() for _ in range(failures)])

    if failures < max_attempts:
        assert await manager.execute_with_retry(operation) == "done"
    else:
        with pytest.raises(StoreUnreachable):
            await manager.execute_with_retry(operation)

    assert manager.stats.attempts == min(failures + 1, max_attempts) == manager.attempt_number
    assert len(trail.decisions) == manager.stats.attempts - 1
