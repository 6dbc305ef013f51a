from enum import StrEnum


class ListLatestFreshnessItem(StrEnum):
    LATE = "late"
    LIVE = "live"
    NEVER = "never"
    STALE = "stale"

    def __str__(self) -> str:
        return str(self.value)
