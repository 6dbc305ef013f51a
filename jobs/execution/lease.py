"""Keeps the lease of a run, and notices when the run is lost or is to be cancelled."""

import asyncio
import time
from collections.abc import Callable

import structlog

from arcbeat.domain.errors import LeaseLost, StoreError
from arcbeat.domain.jobs.ports import RunQueue
from arcbeat.domain.jobs.runs import RowCounts, Run

HEARTBEAT_SECONDS = 0.8
"""The time between two renewals: a cancellation reaches a run within a second."""
LEASE_SHARE = 1 / 3
"""Renewals are no further apart than this share of the lease, so that two may fail."""

logger = structlog.get_logger(__name__)


class Lease:
    """The lease of one run, from its claim to its end.

    Args:
        rows: Returns the rows of the attempt so far; they are stored with each renewal, for those who follow the run.
    """

    def __init__(
        self,
        queue: RunQueue,
        run: Run,
        rows: Callable[[], RowCounts],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._run = run
        self._rows = rows
        self._monotonic = monotonic
        self._heartbeat_seconds = min(HEARTBEAT_SECONDS, queue.lease_seconds * LEASE_SHARE)
        self._ends = self._next_end()

    async def keep(self) -> None:
        """Renew the lease again and again; return when a cancellation is requested.

        While the database is unavailable, or a transaction of the run holds its row, the run goes on until the lease
        has ended: no other process can take it over before that.

        Raises:
            LeaseLost: Another process holds the run, or the lease has ended without a renewal.
        """
        while True:
            if await self._renew():
                return
            await asyncio.sleep(self._heartbeat_seconds)

    async def _renew(self) -> bool:
        """Renew the lease once; return whether a cancellation was requested.

        A lease that has ended is tried to be renewed, too: as long as no other process has taken the run over, it can.
        """
        # Computed before the call: the lease counts from when the database renews it.
        next_end = self._next_end()
        is_cancelled = is_renewed = False
        try:
            async with asyncio.timeout(max(self._heartbeat_seconds, self._ends - self._monotonic())):
                renewal = await self._queue.renew(self._run, self._rows())
            is_cancelled, is_renewed = renewal.cancel_requested, renewal.is_renewed
        except (StoreError, TimeoutError) as error:
            logger.warning("lease_not_renewed", run_id=self._run.id, error=str(error))
        if is_renewed:
            self._ends = next_end
        elif self._monotonic() >= self._ends:
            raise LeaseLost("The lease has ended, because the database did not renew it in time.")
        return is_cancelled

    def _next_end(self) -> float:
        # A heartbeat earlier than in the database, because the claim itself took some time.
        return self._monotonic() + self._queue.lease_seconds - self._heartbeat_seconds
