"""Ports of jobs: where definitions, runs and logs are stored."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDirectory, DeviceRegister
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import ExecutionPhase, LogStatus, LogType
from arcbeat.domain.jobs.jobs import Job, JobDefinition
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.runs import ClaimedRun, Renewal, Run, RunOutcome, RunRequest, RunState
from arcbeat.domain.jobs.timings import CallTimer
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.time.clock import Clock


class JobCatalogue(Protocol):
    """The jobs as they are stored."""

    async def register(self, definitions: Sequence[JobDefinition]) -> None:
        """Store the jobs that are not stored yet; a stored job keeps what an operator changed.

        Parameters that a stored job lacks are added with their defaults.
        """
        ...

    async def list_jobs(self) -> Sequence[Job]:
        """Return all jobs, by name."""
        ...

    async def get_job(self, name: str) -> Job:
        """Return one job.

        Raises:
            UnknownJob: No job has this name.
        """
        ...

    async def change_job(self, name: str, change: Callable[[Job], Job]) -> Job:
        """Store what ``change`` returns for the stored job, in one transaction, with a new ``next_run_at``.

        Raises:
            UnknownJob: No job has this name.
            Conflict: The job has a ``problem``; a change would overwrite the damaged values.
            ArcbeatError: What ``change`` raises; nothing is stored then.
        """
        ...


class RunQueue(Protocol):
    """The runs: each row of ``sync_job_run`` is the queue entry, the lock and the record of one run.

    Attributes:
        lease_seconds: How long a run belongs to its holder after a claim or a renewal.
    """

    @property
    def lease_seconds(self) -> float: ...

    async def request(self, request: RunRequest) -> Run:
        """Store a run, or return the one that this key or this scheduled moment has made already.

        The overlap policy of the job decides about a run while another one is under way: it is then stored as skipped
        or refused, with its log row, or waits in the queue. A run of a job with a ``problem`` is refused.

        Raises:
            UnknownJob: No job has this name.
        """
        ...

    async def request_and_claim(self, request: RunRequest, worker: str) -> tuple[Run, ClaimedRun | None]:
        """Store a run as ``request`` does, and claim it in the same transaction: no other process takes it in between.

        Returns:
            The run, and the claim; None for a run that has to wait, is not to begin, or was begun by another process.

        Raises:
            UnknownJob: No job has this name.
        """
        ...

    async def claim(self, worker: str, job_names: Sequence[str], *, run_id: int | None = None) -> ClaimedRun | None:
        """Take the oldest queued run of these jobs, or the one with this id; None when there is nothing to take."""
        ...

    async def renew(self, run: Run) -> Renewal:
        """Renew the lease, and look whether a cancellation was requested.

        It does not wait while a transaction of the run holds the row: the lease is then not renewed, but the
        transaction keeps other processes from taking the run over.

        Raises:
            LeaseLost: Another process holds the run, or it has ended.
        """
        ...

    async def release(self, run: Run) -> None:
        """End the lease: the next sweep of any process queues the run again.

        Raises:
            LeaseLost: Another process holds the run, or it has ended.
        """
        ...

    async def finish(self, run: Run, outcome: RunOutcome, logs: Sequence[SyncJobLog]) -> Run:
        """Store the outcome, the last log rows and the root row's statistics, in one transaction behind the fence.

        Calling it again, because the connection was lost before the answer came, stores nothing twice.

        Raises:
            LeaseLost: Another process holds the run, or it has ended; nothing is stored.
        """
        ...

    async def cancel(self, run_id: int) -> Run:
        """Request the cancellation of a run; a queued run ends at once, an ended run stays as it is.

        Raises:
            UnknownRun: No run has this id.
        """
        ...

    async def get_run(self, run_id: int) -> Run:
        """Return one run.

        Raises:
            UnknownRun: No run has this id.
        """
        ...

    async def sweep(self) -> Sequence[Run]:
        """Queue the runs again whose lease has ended, or close those that were taken up too often; return them."""
        ...

    async def start_due(self, now: datetime) -> Sequence[Run]:
        """Request the runs whose moment has come, and move ``next_run_at`` by compare-and-set in one transaction."""
        ...


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


@dataclass(frozen=True, slots=True)
class RunProgress:
    """A run as it is followed live.

    Attributes:
        waits_until: The planned end of the wait before the next attempt; None unless the run waits.
    """

    run: Run
    waits_until: datetime | None = None


class RunWatch(Protocol):
    """The runs, for clients that follow them live."""

    async def newest(self, known_ids: Sequence[int]) -> Sequence[RunProgress]:
        """Return the runs that have not ended, those with these ids, and the last ones that were requested, by id."""
        ...

    def listening(self) -> AbstractAsyncContextManager[Callable[[], Awaitable[None]]]:
        """Yield a function that returns when a run may have changed: after a notification, or after a second."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyStatistics:
    """What the runs of a job on one day add up to."""

    job_name: str
    day: date
    runs: Mapping[RunState, int] = field(default_factory=dict)
    retries: int = 0
    duration_ms_total: float = 0.0
    duration_ms_max: float = 0.0


class JobStatistics(Protocol):
    """The roll-up table ``sync_job_statistics``."""

    async def daily(self, start: date, end: date, job_name: str | None) -> Sequence[DailyStatistics]:
        """Return the statistics of each job and day, from ``start`` until before ``end``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMonth:
    """A month of ``sync_job_log``.

    Attributes:
        month: Its first day.
        rows: An estimate of PostgreSQL; None before it has made one.
        size_bytes: With indexes.
        open_runs: Runs of the month that have not ended; such a month is not archived.
        is_detached: An archive run was interrupted; the next one goes on with this month.
        restored_at: When it was read back from the archive.
    """

    month: date
    rows: int | None
    size_bytes: int
    open_runs: int
    is_detached: bool = False
    restored_at: datetime | None = None


MONTHS_AHEAD = 3
"""Months whose partitions exist in advance: the log stays writable this long without any process of arcbeat."""


class LogPartitions(Protocol):
    """The monthly partitions of ``sync_job_log``."""

    async def ensure(self, months_ahead: int) -> Sequence[date]:
        """Create the partitions of this month and of as many later ones; return those that were created.

        Any number of processes may do so at the same time.

        Raises:
            StoreUnauthorised: A month is missing, and the account of the database may not create it.
        """
        ...

    async def months(self) -> Sequence[LogMonth]:
        """Return all partitions, and the tables that an interrupted archive run has detached, oldest first."""
        ...

    async def finish_detachments(self, *, dry_run: bool = False) -> Sequence[str]:
        """Finalize detachments of partitions that were interrupted; return the names of the tables.

        Args:
            dry_run: Only return the names.

        Raises:
            StatementTimeout: An older transaction still uses such a table.
        """
        ...


@dataclass(frozen=True, slots=True)
class ArchivedMonth:
    """A month of the log that is in a compressed file and no longer in the database.

    Attributes:
        sha256: Of the content before compression, in hexadecimal.
        size_bytes: Of the compressed file.
    """

    month: date
    rows: int
    file: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredMonth:
    """A month of the log that was read back.

    Attributes:
        rows: Of its files.
        restored: Rows that were stored; the others were in the log already.
    """

    month: date
    rows: int
    restored: int
    files: Sequence[str]


class LogArchive(Protocol):
    """Where old months of ``sync_job_log`` are kept."""

    async def archive(self, run: Run, month: date) -> ArchivedMonth:
        """Write a month to a file with a manifest, verify the file, detach the month, and drop it.

        Only the holder of ``run`` may drop. Rows that are written meanwhile are in the file, too. An interrupted call
        is finished by the next one. A published file is never replaced.

        Raises:
            ArchiveDamaged: The file does not hold what was copied, or the manifest of an earlier file is invalid.
            Conflict: A run of the month has not ended, or another program has detached the month.
            LeaseLost: Another process holds the run.
            OutOfSpace: The file cannot be written; the month is as it was.
            StatementTimeout: Another program uses the log or the month for too long.
        """
        ...

    async def archives(self, month: date) -> Sequence[ArchivedMonth]:
        """Verify the archives of a month and return them, the newest first; a month may have several.

        Raises:
            ArchiveDamaged: A file differs from its manifest, or the manifest is that of another table or month.
            NotFound: The archive does not have this month.
        """
        ...

    async def restore(self, run: Run, month: date) -> RestoredMonth:
        """Verify the archives of a month, and store the rows that the log does not have, in one transaction.

        The month is created before, in a transaction of its own, and stays if the rows cannot be stored.
        Rows keep their ids. Columns are found by name; one that is newer than the archive gets its default.

        Raises:
            ArchiveDamaged: As ``archives``, or the log lacks a column of a file; nothing is stored.
            Conflict: A table that is no partition of the log has the name of the month.
            LeaseLost: Another process holds the run; nothing is stored.
            NotFound: The archive does not have this month.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPorts:
    """What the runner and the jobs use.

    Attributes:
        archive: None for a process without an archive folder.
        device_register_of: Returns the registered devices for a run. A write raises LeaseLost, and stores nothing,
            unless this process holds the run.
        timer: Measures the calls of these ports to stores.
    """

    jobs: JobCatalogue
    queue: RunQueue
    logs: JobLogs
    statistics: JobStatistics
    partitions: LogPartitions
    archive: LogArchive | None

    device_types: DeviceCatalogue
    devices: DeviceDirectory
    device_register_of: Callable[[Run], DeviceRegister]
    telemetry: TelemetryStore

    clock: Clock
    timer: CallTimer
