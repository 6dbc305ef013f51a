"""The port of the archive of old months of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from arcbeat.domain.jobs.runs import Run


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
