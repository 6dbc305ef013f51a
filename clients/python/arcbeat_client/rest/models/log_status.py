from enum import StrEnum


class LogStatus(StrEnum):
    LOG_STATUS_ABANDONED = "abandoned"
    LOG_STATUS_CANCELLED = "cancelled"
    LOG_STATUS_FAILED = "failed"
    LOG_STATUS_REFUSED = "refused"
    LOG_STATUS_RUNNING = "running"
    LOG_STATUS_SKIPPED = "skipped"
    LOG_STATUS_SUCCESS = "success"
    LOG_STATUS_TIMEOUT = "timeout"
    LOG_STATUS_UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)
