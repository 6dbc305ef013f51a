from enum import StrEnum


class DownloadStatus(StrEnum):
    DOWNLOAD_CANCELLED = "cancelled"
    DOWNLOAD_EXPIRED = "expired"
    DOWNLOAD_FAILED = "failed"
    DOWNLOAD_FINISHED = "finished"
    DOWNLOAD_RUNNING = "running"
    DOWNLOAD_WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)
