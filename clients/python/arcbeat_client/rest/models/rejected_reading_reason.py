from enum import StrEnum


class RejectedReadingReason(StrEnum):
    BAD_VALUE = "bad-value"
    FUTURE_TIMESTAMP = "future-timestamp"
    MALFORMED = "malformed"
    OUT_OF_RETENTION = "out-of-retention"
    UNKNOWN_FIELD = "unknown-field"
    UNREGISTERED_DEVICE = "unregistered-device"

    def __str__(self) -> str:
        return str(self.value)
