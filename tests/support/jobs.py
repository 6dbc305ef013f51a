"""Jobs and their runs in the database of a service, as a worker writes them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from adapters.postgres.jobs.catalogue import PostgresJobCatalogue
from adapters.postgres.jobs.logs import PostgresJobLogs
from adapters.postgres.jobs.runs import PostgresRunQueue
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.logs import AdaptiveAdjustments, PerformanceMetrics, RetryContext, SyncJobLog
from arcbeat.domain.jobs.retry import RetryStats, StrategyName
from arcbeat.domain.jobs.runs import RowCounts, Run, RunOutcome, RunState
from arcbeat.domain.time.clock import utc_now
from tests.support.background_loop import run_in_background

T = TypeVar("T")

CHECK = JobDefinition(
    name="check",
    description="Compare two things.",
    schedule="*/15 * * * *",
    time_zone="Asia/Shanghai",
    parameters={"apply": False, "limit": 10, "ratio": 0.5, "only": None},
)


def log_of(run: Run, event: RunEvent, **more: object) -> SyncJobLog:
    """Return the row of an event below the root of a run, or as ``more`` says."""
    row = run.event_log(event, utc_now(), f"{event}")
    return replace(row, **more)  # type: ignore[arg-type] # the attributes of SyncJobLog


def retried(run: Run, number: int, started_at: datetime, wait_seconds: float = 1.0) -> SyncJobLog:
    """Return the row of a failed attempt before the wait for attempt ``number``."""
    return log_of(
        run,
        RunEvent.RETRIED,
        started_at=started_at,
        planned_start_at=started_at + timedelta(seconds=wait_seconds),
        attempt_number=number,
        error_category=ErrorCategory.NETWORK_ERROR,
        error_message="The store cannot be reached.",
        retry_context=RetryContext(
            strategy_name=StrategyName.EXPONENTIAL_BACKOFF,
            delay_seconds=wait_seconds,
            attempt_number=number,
            max_attempts=3,
            error_category=ErrorCategory.NETWORK_ERROR,
            adaptive_adjustments=AdaptiveAdjustments(1.0, timeout_extended=False),
        ),
    )


class Worker:
    """Does with runs what a worker does, one step per call."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    def register(self, *definitions: JobDefinition) -> None:
        """Store jobs."""
        self._run(lambda database: PostgresJobCatalogue(database, utc_now).register(definitions))

    def claim(self, job_name: str = CHECK.name) -> Run:
        """Claim the oldest queued run of a job."""
        claimed = self._run(lambda database: PostgresRunQueue(database, utc_now).claim("test:1:a", [job_name]))
        assert claimed is not None
        return claimed.run

    def append(self, run: Run, *logs: SyncJobLog) -> Sequence[int]:
        """Store rows below the root of a run."""
        return self._run(lambda database: PostgresJobLogs(database).append(run, logs))

    def complete(self, run: Run, row: SyncJobLog) -> None:
        """Store the end of a row."""
        self._run(lambda database: PostgresJobLogs(database).complete(run, row))

    def finish(self, run: Run, event: RunEvent = RunEvent.SUCCEEDED, **more: object) -> Run:
        """End a run after one attempt, or as ``more`` says."""
        state = {RunEvent.SUCCEEDED: RunState.SUCCEEDED, RunEvent.FAILED: RunState.FAILED}[event]
        values: dict[str, object] = {
            "attempts": 1,
            "rows": RowCounts(3, 2, 1),
            "result": {"checked": 3},
            "retry_statistics": RetryStats(attempts=1),
            "performance_metrics": PerformanceMetrics(memory_usage_mb=99.5),
            **more,
        }
        outcome = RunOutcome(state=state, **values)  # type: ignore[arg-type] # the attributes of RunOutcome
        final = log_of(run, event, ended_at=datetime.now(UTC), attempt_number=outcome.attempts)
        return self._run(lambda database: PostgresRunQueue(database, utc_now).finish(run, outcome, [final]))

    def _run(self, action: Callable[[Database], Awaitable[T]]) -> T:
        async def run() -> T:
            async with open_pool(self._database_url, max_size=1) as pool:
                return await action(Database(pool))

        return run_in_background(run())
