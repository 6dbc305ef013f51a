"""The port of runs: the queue from which they are claimed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.runs import ClaimedRun, Renewal, RowCounts, Run, RunOutcome, RunRequest


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
            Conflict: A run with this key was requested differently.
        """
        ...

    async def request_and_claim(self, request: RunRequest, worker: str) -> tuple[Run, ClaimedRun | None]:
        """Store a run as ``request`` does, and claim it in the same transaction: no other process takes it in between.

        Returns:
            The run, and the claim; None for a run that has to wait, is not to begin, or was begun by another process.

        Raises:
            UnknownJob: No job has this name.
            Conflict: A run with this key was requested differently.
        """
        ...

    async def claim(self, worker: str, job_names: Sequence[str], *, run_id: int | None = None) -> ClaimedRun | None:
        """Take the oldest queued run of these jobs, or the one with this id; None when there is nothing to take."""
        ...

    async def renew(self, run: Run, rows: RowCounts) -> Renewal:
        """Renew the lease, store the rows of the attempt so far, and look whether a cancellation was requested.

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
