from enum import StrEnum


class ListRunsStateItem(StrEnum):
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"
    FAILED = "failed"
    QUEUED = "queued"
    REFUSED = "refused"
    RUNNING = "running"
    SKIPPED = "skipped"
    SUCCEEDED = "succeeded"
    TIMED_OUT = "timed_out"

    def __str__(self) -> str:
        return str(self.value)
