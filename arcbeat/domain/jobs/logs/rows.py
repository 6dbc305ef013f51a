"""The rows of ``sync_job_log``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import ExecutionPhase, LogStatus, LogType
from arcbeat.domain.jobs.retry import RetryDecision, RetryStats, StrategyName


@dataclass(frozen=True, slots=True)
class AdaptiveAdjustments:
    """What the adaptive strategy changed."""

    delay_multiplier: float
    timeout_extended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryContext:
    """Why and how an attempt is repeated; the column ``retry_context``."""

    strategy_name: StrategyName
    delay_seconds: float
    attempt_number: int
    max_attempts: int
    error_category: ErrorCategory
    adaptive_adjustments: AdaptiveAdjustments

    @classmethod
    def from_decision(cls, decision: RetryDecision) -> "RetryContext":
        """Return the context that records a decision."""
        return cls(
            strategy_name=decision.strategy,
            delay_seconds=decision.delay_seconds,
            attempt_number=decision.attempt_number,
            max_attempts=decision.max_attempts,
            error_category=decision.category,
            adaptive_adjustments=AdaptiveAdjustments(decision.delay_multiplier, decision.timeout_extended),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceMetrics:
    """What an attempt or a run cost; the column ``performance_metrics``. None is «not measured».

    Attributes:
        cpu_usage_percent: CPU time of the process during the attempt, divided by its duration; 100 is one core.
        memory_usage_mb: The resident memory of the process at the end of the attempt, in MiB.
        network_latency_ms: The median time to establish a connection to a store, of those that the process established
            during the attempt. Usually there are none, because connections are reused.
        database_query_time_ms: The sum of the times of all calls to PostgreSQL that the attempt made, each from the
            wait for a connection to the end of its last statement.
        api_response_time_ms: The sum of the times of all HTTP requests of the attempt, those to TDengine included.
    """

    cpu_usage_percent: float | None = None
    memory_usage_mb: float | None = None
    network_latency_ms: float | None = None
    database_query_time_ms: float | None = None
    api_response_time_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SyncJobLog:
    """One row of ``sync_job_log``.

    Attributes:
        id: None before the row is stored.
        parent_log_id: The root row of the run; None for the root row itself.
        run_started_at: The partition key, equal for all rows of a run.
        planned_start_at: When the attempt that follows a wait was to begin.
        started_at, ended_at: What the row is about: the run, the attempt, or a moment.
        retry_statistics: On the root row of a run that has ended.
    """

    id: int | None = None
    run_id: int | None
    job_id: int | None
    job_name: str
    parent_log_id: int | None
    run_started_at: datetime
    log_type: LogType
    execution_phase: ExecutionPhase
    status: LogStatus
    message: str = ""
    error_category: ErrorCategory | None = None
    error_message: str | None = None
    attempt_number: int | None = None
    planned_start_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    retry_context: RetryContext | None = None
    performance_metrics: PerformanceMetrics | None = None
    retry_statistics: RetryStats | None = None
    rows_read: int | None = None
    rows_written: int | None = None
    rows_skipped: int | None = None
    window_start: datetime | None = None
    window_end: datetime | None = None

    @property
    def duration(self) -> timedelta | None:
        """Return how long it took; None while it is under way."""
        return self.ended_at - self.started_at if self.started_at and self.ended_at else None

    def __repr__(self) -> str:
        parent = "root" if self.parent_log_id is None else f"below {self.parent_log_id}"
        attempt = "" if self.attempt_number is None else f" attempt {self.attempt_number}"
        return (
            f"<SyncJobLog {self.id} {parent} {self.job_name} run {self.run_id}{attempt} "
            f"{self.log_type}/{self.execution_phase} {self.status}>"
        )


def retries_in_order(logs: Iterable[SyncJobLog]) -> Sequence[SyncJobLog]:
    """Return the rows of waits, by id."""
    return sorted((log for log in logs if log.log_type is LogType.RETRY_ATTEMPT), key=lambda log: log.id or 0)
