from enum import StrEnum


class Freshness(StrEnum):
    LATE = "late"
    LIVE = "live"
    NEVER = "never"
    STALE = "stale"

    def __str__(self) -> str:
        return str(self.value)
