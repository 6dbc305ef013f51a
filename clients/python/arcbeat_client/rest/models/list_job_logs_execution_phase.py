from enum import StrEnum


class ListJobLogsExecutionPhase(StrEnum):
    FINAL = "final"
    INITIAL = "initial"
    RETRY = "retry"

    def __str__(self) -> str:
        return str(self.value)
