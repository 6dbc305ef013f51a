"""What the runs of a job add up to, for a list of jobs: the newest run, the one under way, and failures in a row."""

from dataclasses import dataclass
from datetime import datetime

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.runs import RunState, Trigger

FAILURES = frozenset({RunState.FAILED, RunState.TIMED_OUT, RunState.ABANDONED})
"""The states of runs that began and did not do their work. A cancellation was wanted, so it is no failure."""
CONSECUTIVE_FAILURES_MAX = 100
"""Failures in a row are counted up to here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run as a list of jobs shows it; the attributes are those of ``Run``."""

    id: int
    state: RunState
    trigger: Trigger
    created_at: datetime
    run_started_at: datetime
    scheduled_for: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    lease_until: datetime | None = None
    attempts: int = 0
    max_attempts: int = 1
    resumes: int = 0
    error_category: ErrorCategory | None = None
    error_message: str | None = None
    root_log_id: int | None = None

    def is_stuck(self, now: datetime) -> bool:
        """Return whether the run has begun, and its process has neither ended it nor renewed its lease."""
        has_begun = self.started_at is not None and not self.state.is_final
        return has_begun and self.lease_until is not None and self.lease_until < now


@dataclass(frozen=True, slots=True, kw_only=True)
class JobActivity:
    """What the runs of a job add up to.

    Attributes:
        active_run: The run under way: one that is stuck, or else the oldest one that is running, or else the oldest one
            that is queued; None if all runs have ended.
        last_run: The newest run that began and has ended. Runs that were skipped, refused, or cancelled in the queue
            never began.
        last_success_at: When the newest run that succeeded ended.
        consecutive_failures: Runs that failed since then, at most ``CONSECUTIVE_FAILURES_MAX``.
    """

    active_run: RunSummary | None = None
    last_run: RunSummary | None = None
    last_success_at: datetime | None = None
    consecutive_failures: int = 0


NO_ACTIVITY = JobActivity()
"""The activity of a job without runs."""
