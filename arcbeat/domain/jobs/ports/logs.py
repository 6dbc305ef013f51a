"""The port of the log of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import ExecutionPhase, LogStatus, LogType
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.runs import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which log rows are listed; None does not filter.

    Attributes:
        roots_only: One row per run.
        text: Part of the message or the error message; only together with a job and a range of at most 31 days.
    """

    job_name: str | None = None
    run_id: int | None = None
    log_type: LogType | None = None
    execution_phase: ExecutionPhase | None = None
    status: LogStatus | None = None
    error_category: ErrorCategory | None = None
    start: datetime | None = None
    end: datetime | None = None
    text: str | None = None
    roots_only: bool = True


@dataclass(frozen=True, slots=True)
class LogPosition:
    """A position in a list of log rows, newest first: the row that was delivered last."""

    run_started_at: datetime
    id: int


class JobLogs(Protocol):
    """The rows of ``sync_job_log``."""

    async def append(self, run: Run, logs: Sequence[SyncJobLog]) -> Sequence[int]:
        """Store rows behind the fence of their run and return their ids, in order; a stored row is not stored again.

        A row is known by its run, its type and ``started_at``.

        Raises:
            LeaseLost: Another process holds the run, or it has ended; nothing is stored.
        """
        ...

    async def complete(self, run: Run, log: SyncJobLog) -> None:
        """Store the end of a row that was appended before: of a retry row, when the next attempt began.

        Raises:
            LeaseLost: Another process holds the run, or it has ended; nothing is stored.
        """
        ...

    async def list_logs(self, where: LogFilter, after: LogPosition | None, limit: int) -> Sequence[SyncJobLog]:
        """Return rows, newest runs first, behind a position."""
        ...

    async def get_log(self, log_id: int, run_started_at: datetime | None) -> SyncJobLog:
        """Return one row; with ``run_started_at`` only one partition is read.

        Raises:
            UnknownJobLog: No row has this id.
        """
        ...

    async def logs_of_run(self, log: SyncJobLog) -> Sequence[SyncJobLog]:
        """Return the root row of a row's run and all rows below it, by id."""
        ...
