"""The port of what runs were: lists of runs, their attempts, and what the runs of each job add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from arcbeat.domain.jobs.activity import JobActivity
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.runs import Run, RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs of a job are listed; None does not filter.

    Attributes:
        states: Runs in one of these states; an empty set does not filter.
        start, end: The range of ``created_at``; the start is included.
    """

    job_id: int
    states: frozenset[RunState] = frozenset()
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunPosition:
    """A position in a list of runs, newest first: the run that was delivered last."""

    created_at: datetime
    id: int


class RunHistory(Protocol):
    """The runs of ``sync_job_run``, those that have not ended included."""

    async def activity(self, job_ids: Sequence[int], now: datetime) -> Mapping[int, JobActivity]:
        """Return what the runs of each of these jobs add up to, by the id of the job."""
        ...

    async def list_runs(self, where: RunFilter, after: RunPosition | None, limit: int) -> Sequence[Run]:
        """Return runs, the newest first, behind a position."""
        ...

    async def attempt_logs(self, runs: Sequence[Run]) -> Mapping[int, Sequence[SyncJobLog]]:
        """Return the root row of each run, followed by the rows of its waits, by the id of the run.

        A run without log rows, or whose month of the log was archived, is not among the keys.
        """
        ...
