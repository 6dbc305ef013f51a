"""Writes the log of one run: each event as it happens, to PostgreSQL or, while that is unavailable, to the spool."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from arcbeat.domain.errors import ArcbeatError, StoreError, UnknownJobLog
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.logs import PerformanceMetrics, RetryContext, SyncJobLog
from arcbeat.domain.jobs.ports import JobLogs
from arcbeat.domain.jobs.retry import RetryDecision
from arcbeat.domain.jobs.runs import Run
from jobs.execution.spool import LogWrite, Spool, Write
from jobs.reports import Reporter

ERROR_CHARACTERS_MAX = 2000
"""The length of an error message in the log."""

logger = structlog.get_logger(__name__)


def describe(error: BaseException) -> str:
    """Return the message of an error for the log; that of an error that is not ours begins with its class."""
    text = error.detail if isinstance(error, ArcbeatError) else f"{type(error).__name__}: {error}"
    # PostgreSQL stores neither NUL nor lone surrogates.
    return text.replace("\x00", "").encode(errors="replace").decode()[:ERROR_CHARACTERS_MAX]


@dataclass(slots=True, eq=False)
class RunLog:
    """The log of one run."""

    run: Run
    logs: JobLogs
    spool: Spool
    reporter: Reporter

    async def retried(
        self, decision: RetryDecision, error: Exception, failed_at: datetime, metrics: PerformanceMetrics
    ) -> SyncJobLog:
        """Log that an attempt failed and when the next one is to begin; return the row."""
        message = (
            f"Attempt {decision.attempt_number - 1} of {decision.max_attempts} failed; "
            f"the next one begins in {decision.delay_seconds:.1f} s."
        )
        log = replace(
            self.run.event_log(RunEvent.RETRIED, failed_at, message),
            error_category=decision.category,
            error_message=describe(error),
            attempt_number=decision.attempt_number,
            planned_start_at=failed_at + timedelta(seconds=decision.delay_seconds),
            retry_context=RetryContext.from_decision(decision),
            performance_metrics=metrics,
        )
        await self._write(Write.APPEND, log)
        return log

    async def waited(self, log: SyncJobLog, began_at: datetime) -> None:
        """Log when the attempt after a wait began."""
        await self._write(Write.COMPLETE, replace(log, ended_at=began_at))

    async def strategy_changed(self, decision: RetryDecision, at: datetime) -> None:
        """Log that the adaptive strategy changed the delay multiplier or the time limit."""
        message = (
            f"Delays are multiplied by {decision.delay_multiplier:g}, "
            f"and an attempt may take {decision.timeout_seconds:g} s."
        )
        log = replace(
            self.run.event_log(RunEvent.STRATEGY_CHANGED, at, message),
            error_category=decision.category,
            attempt_number=decision.attempt_number,
            ended_at=at,
            retry_context=RetryContext.from_decision(decision),
        )
        await self._write(Write.APPEND, log)

    async def earlier_rows(self) -> Sequence[SyncJobLog]:
        """Return the rows that are stored so far; none while the database is unavailable."""
        try:
            root = await self.logs.get_log(self.run.root_log_id or 0, self.run.run_started_at)
            return await self.logs.logs_of_run(root)
        except (StoreError, UnknownJobLog) as error:
            logger.warning("earlier_attempts_unknown", run_id=self.run.id, error=error.detail)
            return ()

    async def flush(self) -> None:
        """Store what is in the spool, in order.

        Raises:
            StoreError: The database is unavailable; what is not stored stays in the spool.
            LeaseLost: Another process holds the run, or it has ended.
        """
        for write in self.spool.writes:
            await write.send(self.logs, self.run)
            await asyncio.to_thread(self.spool.remove_first)

    async def _write(self, write: Write, log: SyncJobLog) -> None:
        self.reporter.logged(log)
        row = LogWrite(write, log)
        try:
            await self.flush()  # what is in the spool comes first
            await row.send(self.logs, self.run)
        except StoreError as error:
            logger.warning("job_log_spooled", run_id=self.run.id, waiting=len(self.spool.writes), error=error.detail)
            await asyncio.to_thread(self.spool.add, row)
        except asyncio.CancelledError:
            # The run ends here, for example because its lease does. The row is stored before the outcome, or later.
            self.spool.add(row)
            raise
