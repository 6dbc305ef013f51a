from enum import StrEnum


class TimelineSegmentKind(StrEnum):
    ATTEMPT = "attempt"
    WAIT = "wait"

    def __str__(self) -> str:
        return str(self.value)
