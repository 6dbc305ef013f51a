"""The port of the space that the tables of jobs take, and of the space that is left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGrowth:
    """What was added to the tables of jobs on the last complete days (UTC).

    Attributes:
        days: How many days these are; 0 if the log has no complete day yet.
        log_rows: Rows of ``sync_job_log`` whose run started on these days.
        runs: Runs that were created on these days and have ended.
        run_rows: All rows of ``sync_job_run``, an estimate of PostgreSQL; None before it has made one.
        run_bytes: The size of ``sync_job_run`` with its indexes.
    """

    days: int
    log_rows: int
    runs: int
    run_rows: int | None
    run_bytes: int


class TableVolume(Protocol):
    """The tables of jobs as things that take space."""

    async def growth(self, now: datetime) -> TableGrowth:
        """Return what was added lately."""
        ...

    async def free_bytes(self) -> int | None:
        """Return the free space of the disk with the data of the database.

        None if it is unknown: the server runs on another machine, or this process may not read its data folder.
        """
        ...
