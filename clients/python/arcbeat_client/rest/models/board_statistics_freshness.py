from enum import StrEnum


class BoardStatisticsFreshness(StrEnum):
    LATE = "late"
    LIVE = "live"
    STALE = "stale"

    def __str__(self) -> str:
        return str(self.value)
