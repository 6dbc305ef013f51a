from enum import StrEnum


class StrategyChangeErrorCategory(StrEnum):
    AUTH_ERROR = "auth_error"
    CONFLICT = "conflict"
    DATA_ERROR = "data_error"
    NETWORK_ERROR = "network_error"
    RESOURCE_EXHAUSTED = "resource_exhausted"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)
