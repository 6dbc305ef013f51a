"""The log of a run: the rows of ``sync_job_log``, and the tree and the timeline that are made of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class LogNode:
    """A log row with the rows below it, in order of their ids."""

    log: SyncJobLog
    children: tuple["LogNode", ...] = ()


def log_tree(logs: Iterable[SyncJobLog], root_id: int) -> LogNode | None:
    """Return the tree below a row; None when the row is not among ``logs``.

    A row whose parent is not among them (a month was archived in between) is not in the tree.
    """
    by_parent: dict[int | None, list[SyncJobLog]] = {}
    by_id: dict[int, SyncJobLog] = {}
    for log in sorted(logs, key=lambda each: each.id or 0):
        by_parent.setdefault(log.parent_log_id, []).append(log)
        by_id[log.id or 0] = log
    root = by_id.get(root_id)
    return None if root is None else _node(root, by_parent)


def _node(log: SyncJobLog, by_parent: Mapping[int | None, Sequence[SyncJobLog]]) -> LogNode:
    return LogNode(log, tuple(_node(child, by_parent) for child in by_parent.get(log.id, ())))


class SegmentKind(StrEnum):
    """What a stretch of a run's timeline is."""

    ATTEMPT = "attempt"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineSegment:
    """A stretch of a run: an attempt, or the wait before one.

    Attributes:
        planned_end_at: Of a wait, when it was to end; of an attempt, None.
        ended_at: None while it is under way.
        error_category: Why the attempt failed, or why the wait was needed.
    """

    kind: SegmentKind
    attempt_number: int
    started_at: datetime
    ended_at: datetime | None
    planned_end_at: datetime | None = None
    status: LogStatus = LogStatus.RUNNING
    error_category: ErrorCategory | None = None


def timeline(root: SyncJobLog, children: Sequence[SyncJobLog]) -> Sequence[TimelineSegment]:
    """Return the attempts and waits of a run in order.

    The root row begins the first attempt. Each retry row was written when an attempt failed (``started_at``), and says
    when the next attempt was to begin (``planned_start_at``) and did begin (``ended_at``). No attempt follows a wait
    that is cancelled, or that has no end: its process did not survive it, or the run ended.
    """
    return list(_segments(root, [each for each in children if each.log_type is LogType.RETRY_ATTEMPT]))


def _segments(root: SyncJobLog, retries: Sequence[SyncJobLog]) -> Iterator[TimelineSegment]:
    attempt_number = 1
    began: datetime | None = root.started_at or root.run_started_at
    retries = sorted(retries, key=lambda each: each.id or 0)
    ends = [retry.ended_at or cut_at for retry, cut_at in zip(retries, _cut_at(root, retries), strict=True)]
    for retry, wait_ended_at in zip(retries, ends, strict=True):
        failed_at = retry.started_at or retry.run_started_at
        next_number = retry.attempt_number or attempt_number + 1
        if began is not None:
            yield TimelineSegment(
                kind=SegmentKind.ATTEMPT,
                attempt_number=attempt_number,
                started_at=began,
                ended_at=failed_at,
                status=LogStatus.FAILED,
                error_category=retry.error_category,
            )
        yield TimelineSegment(
            kind=SegmentKind.WAIT,
            attempt_number=next_number,
            started_at=failed_at,
            ended_at=wait_ended_at,
            planned_end_at=retry.planned_start_at,
            status=_wait_status(retry, wait_ended_at),
            error_category=retry.error_category,
        )
        attempt_number, began = next_number, retry.ended_at if _has_attempt(retry) else None
    if began is not None:
        yield TimelineSegment(
            kind=SegmentKind.ATTEMPT,
            attempt_number=attempt_number,
            started_at=began,
            ended_at=root.ended_at,
            status=root.status,
            error_category=root.error_category,
        )


def _cut_at(root: SyncJobLog, retries: Sequence[SyncJobLog]) -> Sequence[datetime | None]:
    """Return per retry row when what came next began: the resumption, or the end of the run."""
    return [*(each.started_at or each.run_started_at for each in retries[1:]), root.ended_at][: len(retries)]


def _wait_status(retry: SyncJobLog, ended_at: datetime | None) -> LogStatus:
    if ended_at is None:
        return LogStatus.RUNNING
    return LogStatus.SUCCESS if _has_attempt(retry) else LogStatus.CANCELLED


def _has_attempt(retry: SyncJobLog) -> bool:
    """Return whether the attempt after the wait began."""
    return retry.ended_at is not None and retry.status is not LogStatus.CANCELLED
