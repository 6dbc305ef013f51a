from enum import StrEnum


class ListLatestByEarlierNameFreshnessItem(StrEnum):
    LATE = "late"
    LIVE = "live"
    NEVER = "never"
    STALE = "stale"

    def __str__(self) -> str:
        return str(self.value)
