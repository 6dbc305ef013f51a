from enum import StrEnum


class OverlapPolicy(StrEnum):
    QUEUE = "queue"
    REFUSE = "refuse"
    SKIP = "skip"

    def __str__(self) -> str:
        return str(self.value)
