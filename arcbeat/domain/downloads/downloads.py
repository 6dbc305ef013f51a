"""The state of a download, as its caller sees it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REPORT_SECONDS = 1.0
"""How often the process that sends an export stores how far it is, and looks whether it is cancelled."""
LOST_AFTER = timedelta(seconds=30)
"""A running download that was not reported for this long has lost its process, and counts as failed."""
KEPT_AFTER_END = timedelta(hours=1)
"""The page that follows a download polls more often; an open page remembers the end itself."""


class DownloadStatus(StrEnum):
    """Where a download is."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class DownloadFailure(StrEnum):
    """Why a download failed."""

    PROBLEM = "problem"
    DISCONNECTED = "disconnected"
    SERVER_LOST = "server_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadOutcome:
    """How the export of a download ended.

    Attributes:
        problem_type: The type of the problem, for a failure of this kind.
    """

    status: DownloadStatus
    failure: DownloadFailure | None = None
    problem_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A download.

    Attributes:
        rows: Rows that were written to the file.
        bytes_sent: Bytes of the file that were sent, before compression.
        progress: The share of the rows that were read, from 0 to 1; None if it is not known.
        created_at: When the link was made.
        started_at: When the link was used.
        finished_at: When the download ended, in whatever way.
    """

    download_id: str
    status: DownloadStatus
    rows: int
    bytes_sent: int
    progress: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    failure: DownloadFailure | None
    problem_type: str | None
