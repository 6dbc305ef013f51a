from enum import StrEnum


class GetSnapshotFreshnessItem(StrEnum):
    LATE = "late"
    LIVE = "live"
    NEVER = "never"
    STALE = "stale"

    def __str__(self) -> str:
        return str(self.value)
