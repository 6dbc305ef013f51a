from enum import StrEnum


class ListJobLogsStatus(StrEnum):
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REFUSED = "refused"
    RUNNING = "running"
    SKIPPED = "skipped"
    SUCCESS = "success"
    TIMEOUT = "timeout"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)
