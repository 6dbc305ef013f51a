"""Repeats a failed attempt as the retry policy of its job says, and logs each decision before the wait."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from tenacity import AsyncRetrying, RetryCallState, wait_none

from arcbeat.domain.errors import LeaseLost
from arcbeat.domain.jobs.errors import categorise
from arcbeat.domain.jobs.logs import PerformanceMetrics, SyncJobLog
from arcbeat.domain.jobs.logs.history import state_of, stats_of
from arcbeat.domain.jobs.retry import (
    RetryDecision,
    RetryPolicy,
    RetryState,
    RetryStats,
    after_success,
    decide,
    timeout_seconds,
)
from arcbeat.domain.jobs.timings import CallTimer
from arcbeat.domain.time.clock import Clock
from jobs.execution.performance import Measurement, measure

T = TypeVar("T")
Operation = Callable[[int], Awaitable[T]]
"""What is attempted; receives the number of the attempt, from 1."""


class AttemptTimeout(TimeoutError):
    """An attempt exceeded its time limit."""


class RetryLog(Protocol):
    """Where decisions are logged. Each method may raise LeaseLost, which ends the run."""

    async def retried(
        self, decision: RetryDecision, error: Exception, failed_at: datetime, metrics: PerformanceMetrics
    ) -> SyncJobLog: ...

    async def waited(self, log: SyncJobLog, began_at: datetime) -> None: ...

    async def strategy_changed(self, decision: RetryDecision, at: datetime) -> None: ...


class RetryManager:
    """The attempts of one run.

    tenacity carries the attempts out; :func:`arcbeat.domain.jobs.retry.decide` decides about them.

    Args:
        attempts_before: The attempts of earlier holders of the run; this one goes on counting.
        chance: Returns a random number from 0 to 1 for the jitter of a delay.

    Attributes:
        stats: What the attempts so far add up to.
        metrics: What the last attempt cost.
    """

    def __init__(
        self,
        policy: RetryPolicy,
        log: RetryLog,
        clock: Clock,
        timer: CallTimer,
        *,
        attempts_before: int = 0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._policy = policy
        self._log = log
        self._clock = clock
        self._timer = timer
        self._chance = chance
        self._state = RetryState(attempt_number=attempts_before + 1)
        self._failure: _Failure | None = None
        self._ended_at = clock()
        self.stats = RetryStats(attempts=attempts_before, retries=max(0, attempts_before - 1))
        self.metrics = PerformanceMetrics()

    @property
    def attempt_number(self) -> int:
        """The number of the attempt that is under way or ended last."""
        return self._state.attempt_number

    def resume(self, logs: Sequence[SyncJobLog]) -> None:
        """Go on from what the log of the run tells about the attempts of its earlier holders."""
        self._state = state_of(self._state.attempt_number, logs)
        self.stats = stats_of(self.stats.attempts, logs)

    async def execute_with_retry(self, operation: Operation[T]) -> T:
        """Call an operation until it succeeds, and return its result.

        Raises:
            Exception: What the last attempt raised, when its error is permanent or no attempt is left.
            AttemptTimeout: The last attempt exceeded its time limit.
            LeaseLost: The run is lost; it is not repeated.
        """
        retrying = AsyncRetrying(
            retry=self._is_to_be_repeated,
            before_sleep=self._log_decision,
            sleep=self._wait,
            wait=wait_none(),  # the decision has the delay
            reraise=True,
        )
        return await retrying(self._attempt, operation)

    async def _attempt(self, operation: Operation[T]) -> T:
        self.stats = self.stats.with_attempt()
        measurement = Measurement()
        try:
            with measure(self._timer, measurement):
                return await self._limited(operation)
        finally:
            self._ended_at, self.metrics = self._clock(), measurement.metrics

    async def _limited(self, operation: Operation[T]) -> T:
        limit_seconds = timeout_seconds(self._policy, self._state)
        try:
            async with asyncio.timeout(limit_seconds) as limit:
                return await operation(self._state.attempt_number)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise AttemptTimeout(f"The attempt took longer than {limit_seconds:g} s.") from error

    def _is_to_be_repeated(self, call: RetryCallState) -> bool:
        error = call.outcome.exception() if call.outcome else None
        if error is None:
            self._state = after_success(self._policy, self._state)
            return False
        # Cancellation and the end of the process are no failures of an attempt, and a lost run belongs to others.
        if not isinstance(error, Exception) or isinstance(error, LeaseLost):
            return False
        decision = decide(self._policy, self._state, categorise(error), self._chance())
        self._failure = _Failure(decision, error)
        self.stats = self.stats.with_error(decision)
        return not decision.gives_up

    async def _log_decision(self, _: RetryCallState) -> None:
        if self._failure is not None:
            decision, failed_at = self._failure.decision, self._ended_at
            if decision.strategy_changed:
                await self._log.strategy_changed(decision, failed_at)
            self._failure.log = await self._log.retried(decision, self._failure.error, failed_at, self.metrics)

    async def _wait(self, _: float) -> None:
        if self._failure is not None and self._failure.log is not None:
            log, failed_at = self._failure.log, self._ended_at
            # Until the planned moment: writing the log took a part of the delay.
            planned = log.planned_start_at or failed_at
            await asyncio.sleep(max(0.0, (planned - self._clock()).total_seconds()))
            began_at = self._clock()
            self._state = self._failure.decision.state
            self.stats = self.stats.with_wait(max(0.0, (began_at - failed_at).total_seconds()))
            await self._log.waited(log, began_at)


@dataclass(slots=True, eq=False)
class _Failure:
    """The failure of an attempt that is to be repeated; ``log`` is its row, once it is written."""

    decision: RetryDecision
    error: Exception
    log: SyncJobLog | None = None
