"""Carries out one run, from its claim to the last row of its log."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, wait_random

from arcbeat.domain.errors import OUTAGE_ERRORS, ArcbeatError, LeaseLost, StoreUnavailable
from arcbeat.domain.jobs.errors import ErrorCategory, categorise
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.ports import JobPorts
from arcbeat.domain.jobs.runs import ClaimedRun, Run, RunOutcome, RunState
from jobs.context import JobContext, RegisteredJob
from jobs.execution.lease import Lease
from jobs.execution.performance import Measurement, measure
from jobs.execution.retry_manager import AttemptTimeout, RetryManager
from jobs.execution.run_log import RunLog, describe
from jobs.execution.spool import Spool
from jobs.reports import SILENT, Reporter

CLOSE_SECONDS = 5.0
"""How long a run that is cancelled may take to close what it has open."""
FINISH_SECONDS = 60.0
"""How long the outcome of a run is tried to be stored while PostgreSQL is unavailable. Another process may take the run
over earlier, when the lease has ended; the outcome is then discarded."""
FINISH_STOPPING_SECONDS = 8.0
"""The same, from when the process is to stop."""
FINISH_WAIT = wait_random(0.2, 1.0)
"""The wait between two tries, in seconds."""

STATES = {
    RunEvent.SUCCEEDED: RunState.SUCCEEDED,
    RunEvent.FAILED: RunState.FAILED,
    RunEvent.RAISED: RunState.FAILED,
    RunEvent.TIMED_OUT: RunState.TIMED_OUT,
    RunEvent.CANCELLED: RunState.CANCELLED,
}
"""The state of a run after each event that may end it here."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a run ended."""

    event: RunEvent
    message: str
    result: Mapping[str, object] | None = None
    category: ErrorCategory | None = None
    error_message: str | None = None


class RunRunner:
    """Carries out runs that this process has claimed.

    Args:
        spool_folder: A folder on this machine that survives the process, for log rows while PostgreSQL is unavailable.
        stop: Set when the process is to stop: the run is cancelled and its outcome stored.
    """

    def __init__(
        self,
        ports: JobPorts,
        registry: Mapping[str, RegisteredJob],
        spool_folder: Path,
        *,
        reporter: Reporter = SILENT,
        stop: asyncio.Event | None = None,
    ) -> None:
        self._ports = ports
        self._registry = registry
        self._spool_folder = spool_folder
        self._reporter = reporter
        self._stop = stop or asyncio.Event()

    async def execute(self, claimed: ClaimedRun) -> Run:
        """Carry out a run and return it as it is stored at its end.

        Raises:
            LeaseLost: Another process has taken over; nothing more is stored.
            StoreError: PostgreSQL is unavailable, and the outcome could not be stored. The run is taken up again by
                another process when its lease ends.
        """
        run = claimed.run
        spool = Spool(self._spool_folder, run)
        log = RunLog(run, self._ports.logs, spool, self._reporter)
        with structlog.contextvars.bound_contextvars(run_id=run.id, job_name=run.job_name):
            logger.info("run_began", attempt=run.attempts, fence=run.fence)
            self._reporter.began(run)
            try:
                ended = await self._execute(claimed, log)
            finally:
                # What could not be stored stays on disk. The next process to start here stores it, unless the run has
                # been taken over.
                spool.close()
            logger.info("run_ended", state=ended.state, error_category=ended.error_category)
            self._reporter.ended(ended)
            return ended

    async def _execute(self, claimed: ClaimedRun, log: RunLog) -> Run:
        job, registered = claimed.job, self._registry[claimed.run.job_name]
        # A parameter that the stored job lacks, for example because it is newer, has the default of the code.
        run = replace(claimed.run, parameters={**registered.definition.parameters, **claimed.run.parameters})
        # The claim has counted the attempt that begins now.
        before = run.attempts - 1
        manager = RetryManager(job.retry, log, self._ports.clock, self._ports.timer, attempts_before=before)
        context = JobContext(run, self._ports, reporter=self._reporter)

        async def attempt(number: int) -> Mapping[str, object]:
            nonlocal context
            context = JobContext(
                run, self._ports, attempt_number=number, reporter=self._reporter, finished=context.finished
            )
            return await registered.work(context)

        whole = Measurement()

        async def attempts() -> Mapping[str, object]:
            with measure(self._ports.timer, whole):
                if run.resumes:
                    manager.resume(await log.earlier_rows())
                return await manager.execute_with_retry(attempt)

        lease = Lease(self._ports.queue, run, lambda: context.rows)
        ending = await self._until_the_end(claimed, lease, asyncio.create_task(attempts()))
        return await self._finish(log, manager, context, ending, whole)

    async def _until_the_end(
        self, claimed: ClaimedRun, lease_of_run: Lease, body: asyncio.Task[Mapping[str, object]]
    ) -> Ending:
        """Wait for the first of: the end of the work, a cancellation, the time limit, the stop of the process.

        Raises:
            LeaseLost: Another process holds the run.
        """
        lease = asyncio.create_task(lease_of_run.keep())
        stop = asyncio.create_task(self._stop.wait())
        limit_seconds = claimed.job.timeout_seconds
        try:
            await asyncio.wait({body, lease, stop}, timeout=limit_seconds, return_when=asyncio.FIRST_COMPLETED)
            if body.done():
                return _ending_of(body)
            await _close(body)
            if lease.done():
                lease.result()
                return Ending(RunEvent.CANCELLED, "The run was cancelled on request.")
            if stop.done():
                return Ending(RunEvent.CANCELLED, "The run was cancelled, because its process was asked to stop.")
            message = f"The run took longer than its time limit of {limit_seconds:g} s."
            return Ending(RunEvent.TIMED_OUT, message, category=ErrorCategory.TIMEOUT, error_message=message)
        finally:
            await _close(body, lease, stop)

    async def _finish(
        self, log: RunLog, manager: RetryManager, context: JobContext, ending: Ending, whole: Measurement
    ) -> Run:
        outcome = RunOutcome(
            state=STATES[ending.event],
            attempts=manager.attempt_number,
            rows=context.rows,
            window_start=context.window_start,
            window_end=context.window_end,
            error_category=ending.category,
            error_message=ending.error_message,
            result=_storable(context.partial_result) if ending.result is None else ending.result,
            retry_statistics=manager.stats,
            performance_metrics=whole.metrics,
        )
        now = self._ports.clock()
        final = replace(
            log.run.event_log(ending.event, now, ending.message + _dropped(log.spool)),
            error_category=ending.category,
            error_message=ending.error_message,
            attempt_number=manager.attempt_number,
            ended_at=now,
            performance_metrics=manager.metrics,
            rows_read=context.rows.read,
            rows_written=context.rows.written,
            rows_skipped=context.rows.skipped,
            window_start=context.window_start,
            window_end=context.window_end,
        )
        self._reporter.logged(final)
        return await self._store(log, outcome, final)

    async def _store(self, log: RunLog, outcome: RunOutcome, final: SyncJobLog) -> Run:
        """Store how a run ended. While PostgreSQL is unavailable, try again for a limited time."""

        async def store() -> Run:
            async for attempt in AsyncRetrying(retry=retry_if_exception_type(OUTAGE_ERRORS), wait=FINISH_WAIT):
                with attempt:
                    await log.flush()
                    stored = await self._ports.queue.finish(log.run, outcome, [final])
            return stored

        storing, stop = asyncio.create_task(store()), asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({storing, stop}, timeout=FINISH_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not storing.done():
                await asyncio.wait({storing}, timeout=FINISH_STOPPING_SECONDS)
            if not storing.done():
                raise StoreUnavailable(
                    f"The outcome of run {log.run.id} could not be stored; another process resumes it."
                )
            return storing.result()
        finally:
            await _close(storing, stop)


def _ending_of(body: asyncio.Task[Mapping[str, object]]) -> Ending:
    if body.cancelled():
        return Ending(RunEvent.CANCELLED, "The work of the run cancelled itself.")
    error = body.exception()
    if error is None:
        return _success(body.result())
    if isinstance(error, LeaseLost) or not isinstance(error, Exception):
        raise error
    message, category = describe(error), categorise(error)
    if isinstance(error, AttemptTimeout):
        return Ending(RunEvent.TIMED_OUT, "The last attempt timed out.", None, category, message)
    if isinstance(error, (ArcbeatError, OSError)):
        return Ending(RunEvent.FAILED, _reason(category), None, category, message)
    logger.error("run_raised", exc_info=error)
    return Ending(RunEvent.RAISED, "The job raised an error that it does not expect.", None, category, message)


def _success(result: Mapping[str, object]) -> Ending:
    if _storable(result) is not None:
        return Ending(RunEvent.SUCCEEDED, "The run succeeded.", result)
    message = "The result of the job is not JSON that PostgreSQL can store."
    return Ending(RunEvent.RAISED, message, None, ErrorCategory.DATA_ERROR, message)


def _storable(result: Mapping[str, object] | None) -> Mapping[str, object] | None:
    """Return a result if PostgreSQL accepts it as JSON, without NaN, NUL and lone surrogates; None otherwise."""
    try:
        is_storable = b"\\u0000" not in json.dumps(result, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError):
        is_storable = False
    return result if is_storable else None


def _reason(category: ErrorCategory) -> str:
    if category.is_permanent:
        return f"The run failed: a repetition would not help against {category}."
    return "The run failed: its last attempt failed, too."


def _dropped(spool: Spool) -> str:
    return f" {spool.dropped} rows of the log were dropped, because the spool was full." if spool.dropped else ""


async def _close(*tasks: asyncio.Task[object]) -> None:
    """Cancel tasks, and wait until they have closed what they have open, within a time limit."""
    for task in tasks:
        task.cancel()
    done, pending = await asyncio.wait(tasks, timeout=CLOSE_SECONDS)
    for task in done:
        if not task.cancelled():
            task.exception()  # marks it as retrieved
    if pending:
        logger.error("run_does_not_close", tasks=len(pending), seconds=CLOSE_SECONDS)
