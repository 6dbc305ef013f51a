"""The port of the monthly partitions of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


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
