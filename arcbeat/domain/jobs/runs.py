"""Runs: one execution of a job each. The row in ``sync_job_run`` is the queue, the lock and the truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from arcbeat.domain.errors import Conflict
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import EVENTS, RunEvent
from arcbeat.domain.jobs.jobs import Job, Parameters
from arcbeat.domain.jobs.logs import PerformanceMetrics, SyncJobLog
from arcbeat.domain.jobs.retry import RetryStats


class RunState(StrEnum):
    """The state of a run."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    REFUSED = "refused"
    ABANDONED = "abandoned"

    @property
    def is_final(self) -> bool:
        """Whether a run in this state has ended."""
        return self not in {RunState.QUEUED, RunState.RUNNING}


class Trigger(StrEnum):
    """What asked for a run."""

    SCHEDULE = "schedule"
    HTTP = "http"
    COMMAND_LINE = "command_line"
    FUNCTION = "function"
    RETRY = "retry"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A request for a run.

    Attributes:
        requested_by: A user, an API key, or the name of a program.
        idempotency_key: Requests for one job with the same key make one run, whatever sends them.
        scheduled_for: The moment of the schedule; a job has one run per moment.
        retry_of: The run that this one repeats.
        dry_run: The job reports what it would change, and changes nothing.
    """

    job_name: str
    trigger: Trigger
    requested_by: str
    parameters: Parameters = field(default_factory=dict)
    idempotency_key: str | None = None
    scheduled_for: datetime | None = None
    retry_of: int | None = None
    dry_run: bool = False


def cloud_scheduler(job: str) -> str:
    """Return how the key of a run names a job of Cloud Scheduler of Google, be it sent to the API or to a function."""
    return f"cloud-scheduler/{job}"


def schedule_key(schedule: str, moment: datetime) -> str:
    """Return the idempotency key of the run that a schedule of another program starts at this moment.

    It contains a space, which a key of a client cannot.
    """
    return f"{schedule} {moment.astimezone(UTC).isoformat()}"


@dataclass(frozen=True, slots=True)
class RowCounts:
    """How many rows a run touched."""

    read: int = 0
    written: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a job.

    Attributes:
        problem: What is wrong with the stored parameters; None for a valid run. With a problem, ``parameters`` is
            empty, and the run fails when it is claimed and cannot be repeated.
        fence: Goes up with each claim; a holder with an older fence has lost the run and writes nothing.
        lease_until: Until when the holder owns the run unless it renews the lease.
        worker: The holder: host name, process id and a random part.
        attempts: Attempts so far, over all holders.
        resumes: How often the run was taken up again after its holder died.
        window_start, window_end: The range of time that the run covered.
        run_started_at: When the run was created; the partition key of its logs.
        root_log_id: The root row of its logs; None before the run has one.
    """

    id: int
    job_id: int
    job_name: str
    state: RunState
    trigger: Trigger
    requested_by: str
    parameters: Parameters
    dry_run: bool
    fence: int
    created_at: datetime
    run_started_at: datetime
    idempotency_key: str | None = None
    scheduled_for: datetime | None = None
    retry_of: int | None = None
    lease_until: datetime | None = None
    cancel_requested: bool = False
    worker: str | None = None
    attempts: int = 0
    max_attempts: int = 1
    resumes: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error_category: ErrorCategory | None = None
    error_message: str | None = None
    rows: RowCounts = RowCounts()
    window_start: datetime | None = None
    window_end: datetime | None = None
    result: Mapping[str, object] | None = None
    root_log_id: int | None = None
    problem: str | None = None

    def matches(self, request: RunRequest) -> bool:
        """Return whether the run was requested so; the values of other parameters are those that the job had then."""
        parameters = {name: self.parameters.get(name) for name in request.parameters}
        return (parameters, self.dry_run, self.retry_of) == (request.parameters, request.dry_run, request.retry_of)

    def repeated(self, requested_by: str, idempotency_key: str | None = None) -> RunRequest:
        """Return the request for a new run with the parameters of this one.

        Raises:
            Conflict: The stored parameters are damaged.
        """
        if self.problem is not None:
            raise Conflict(f"The run cannot be repeated: {self.problem}")
        return RunRequest(
            job_name=self.job_name,
            trigger=Trigger.RETRY,
            requested_by=requested_by,
            parameters=self.parameters,
            idempotency_key=idempotency_key,
            retry_of=self.id,
            dry_run=self.dry_run,
        )

    def event_log(self, event: RunEvent, started_at: datetime, message: str) -> SyncJobLog:
        """Return the log row of an event of this run; it has no end yet."""
        row = EVENTS[event]
        return SyncJobLog(
            run_id=self.id,
            job_id=self.job_id,
            job_name=self.job_name,
            parent_log_id=None if row.is_root else self.root_log_id,
            run_started_at=self.run_started_at,
            log_type=row.log_type,
            execution_phase=row.execution_phase,
            status=row.status,
            message=message,
            started_at=started_at,
        )


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run that this process holds, with the job as it is stored now."""

    run: Run
    job: Job


@dataclass(frozen=True, slots=True)
class Renewal:
    """The answer to the renewal of a lease.

    Attributes:
        is_renewed: False while a transaction holds the row of the run.
    """

    is_renewed: bool
    cancel_requested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """How a run ended, as its holder stores it.

    Attributes:
        result: What the job reports, for example counts by kind; JSON values only.
        retry_statistics: What its attempts add up to; stored in the root row of the log.
    """

    state: RunState
    attempts: int
    rows: RowCounts = RowCounts()
    window_start: datetime | None = None
    window_end: datetime | None = None
    error_category: ErrorCategory | None = None
    error_message: str | None = None
    result: Mapping[str, object] | None = None
    retry_statistics: RetryStats | None = None
    performance_metrics: PerformanceMetrics | None = None
