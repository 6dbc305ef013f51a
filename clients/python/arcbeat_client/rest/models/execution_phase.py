from enum import StrEnum


class ExecutionPhase(StrEnum):
    FINAL = "final"
    INITIAL = "initial"
    RETRY = "retry"

    def __str__(self) -> str:
        return str(self.value)
