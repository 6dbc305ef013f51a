from enum import StrEnum


class ListGroupWindowsAggregatesItem(StrEnum):
    AVG = "avg"
    COUNT = "count"
    LAST = "last"
    MAX = "max"
    MIN = "min"

    def __str__(self) -> str:
        return str(self.value)
