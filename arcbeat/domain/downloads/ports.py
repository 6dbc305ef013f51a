"""Ports of downloads: for their caller, and for the process that sends the file."""

from typing import Protocol

from arcbeat.domain.downloads.downloads import Download, DownloadOutcome
from arcbeat.domain.files.export_progress import ExportProgress
from arcbeat.domain.identity.identity import Identity


class Downloads(Protocol):
    """The downloads of a caller, whichever process sends them."""

    async def get(self, download_id: str, caller: Identity) -> Download:
        """Return a download.

        Raises:
            UnknownDownload: The caller has no such download.
        """
        ...

    async def cancel(self, download_id: str, caller: Identity) -> None:
        """Withdraw the link of a download, or let its export stop; does nothing if the download has ended.

        Raises:
            UnknownDownload: The caller has no such download.
        """
        ...


class DownloadReports(Protocol):
    """What the process that sends an export stores about it."""

    async def report(self, progress: ExportProgress) -> bool:
        """Store how far a download is, and return whether it is to be cancelled.

        Raises:
            StoreError: It cannot be stored at the moment.
        """
        ...

    async def finish(self, progress: ExportProgress, outcome: DownloadOutcome) -> None:
        """Store the end of a download.

        Raises:
            StoreError: It cannot be stored at the moment.
        """
        ...
