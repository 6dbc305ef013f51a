"""What happens to a run, and the log row that records it: one table of events.

The seven values of :class:`LogType`, the three of :class:`ExecutionPhase` and the column names are those of the user's
table ``sync_job_log``. Nothing happens to a run without a row; the reference page docs/reference/job-events.md shows
the same table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class LogType(StrEnum):
    """What a log row records."""

    EXECUTION_START = "execution_start"
    RETRY_ATTEMPT = "retry_attempt"
    SUCCESS = "success"
    FAILURE = "failure"
    TIMEOUT = "timeout"
    EXCEPTION = "exception"
    STRATEGY_CHANGE = "strategy_change"


class ExecutionPhase(StrEnum):
    """When in a run a log row was written."""

    INITIAL = "initial"
    RETRY = "retry"
    FINAL = "final"


class LogStatus(StrEnum):
    """The status of a log row; that of a root row is the status of its run.

    UNKNOWN is never written: another program wrote a status that arcbeat does not know.
    """

    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    UNKNOWN = "unknown"


class RunEvent(StrEnum):
    """What can happen to a run."""

    STARTED = "started"
    RETRIED = "retried"
    RESUMED = "resumed"
    STRATEGY_CHANGED = "strategy_changed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    RAISED = "raised"
    CANCELLED = "cancelled"
    ORPHAN_CLOSED = "orphan_closed"
    SKIPPED_BY_OVERLAP = "skipped_by_overlap"
    MISFIRED = "misfired"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class EventRow:
    """The log row of an event.

    Attributes:
        is_root: The row has no parent, so the list with one row per run shows it.
    """

    log_type: LogType
    execution_phase: ExecutionPhase
    status: LogStatus
    is_root: bool = False


EVENTS: Mapping[RunEvent, EventRow] = MappingProxyType(
    {
        # The root row of a run. When the run ends, its status and retry statistics are updated in place.
        RunEvent.STARTED: EventRow(LogType.EXECUTION_START, ExecutionPhase.INITIAL, LogStatus.RUNNING, is_root=True),
        # Rows below the root while the run goes on. Their status is that of what happened, and stays: a program that
        # looks for rows that are running must find only what is running.
        RunEvent.RETRIED: EventRow(LogType.RETRY_ATTEMPT, ExecutionPhase.RETRY, LogStatus.FAILED),
        RunEvent.RESUMED: EventRow(LogType.RETRY_ATTEMPT, ExecutionPhase.RETRY, LogStatus.ABANDONED),
        RunEvent.STRATEGY_CHANGED: EventRow(LogType.STRATEGY_CHANGE, ExecutionPhase.RETRY, LogStatus.SUCCESS),
        # Exactly one of these ends a run that has begun.
        RunEvent.SUCCEEDED: EventRow(LogType.SUCCESS, ExecutionPhase.FINAL, LogStatus.SUCCESS),
        RunEvent.FAILED: EventRow(LogType.FAILURE, ExecutionPhase.FINAL, LogStatus.FAILED),
        RunEvent.TIMED_OUT: EventRow(LogType.TIMEOUT, ExecutionPhase.FINAL, LogStatus.TIMEOUT),
        RunEvent.RAISED: EventRow(LogType.EXCEPTION, ExecutionPhase.FINAL, LogStatus.FAILED),
        RunEvent.CANCELLED: EventRow(LogType.EXCEPTION, ExecutionPhase.FINAL, LogStatus.CANCELLED),
        RunEvent.ORPHAN_CLOSED: EventRow(LogType.EXCEPTION, ExecutionPhase.FINAL, LogStatus.ABANDONED),
        # Runs that never begin have a single row, which is the root and final at once.
        RunEvent.SKIPPED_BY_OVERLAP: EventRow(
            LogType.EXECUTION_START, ExecutionPhase.FINAL, LogStatus.SKIPPED, is_root=True
        ),
        RunEvent.MISFIRED: EventRow(LogType.EXECUTION_START, ExecutionPhase.FINAL, LogStatus.SKIPPED, is_root=True),
        RunEvent.REFUSED: EventRow(LogType.FAILURE, ExecutionPhase.FINAL, LogStatus.REFUSED, is_root=True),
    }
)
