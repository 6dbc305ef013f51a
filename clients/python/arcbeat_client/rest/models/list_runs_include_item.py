from enum import StrEnum


class ListRunsIncludeItem(StrEnum):
    SEGMENTS = "segments"

    def __str__(self) -> str:
        return str(self.value)
