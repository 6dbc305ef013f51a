from enum import StrEnum


class NoticeDeliveryState(StrEnum):
    CANCELLED = "cancelled"
    FAILED = "failed"
    SENT = "sent"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)
