from enum import StrEnum


class ListWindowsAggregatesItem(StrEnum):
    AVG = "avg"
    COUNT = "count"
    LAST = "last"
    MAX = "max"
    MIN = "min"

    def __str__(self) -> str:
        return str(self.value)
