from enum import StrEnum


class StateSpanKind(StrEnum):
    SILENT = "silent"
    STATE = "state"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)
