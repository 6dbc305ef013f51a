from enum import StrEnum


class Source(StrEnum):
    MEMORY = "memory"
    QUERY = "query"
    SNAPSHOT = "snapshot"

    def __str__(self) -> str:
        return str(self.value)
