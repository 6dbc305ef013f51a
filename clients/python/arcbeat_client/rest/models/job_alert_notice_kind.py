from enum import StrEnum


class JobAlertNoticeKind(StrEnum):
    ESCALATED = "escalated"
    OPENED = "opened"
    RECOVERED = "recovered"

    def __str__(self) -> str:
        return str(self.value)
