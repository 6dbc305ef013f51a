from enum import StrEnum


class JobRunTrigger(StrEnum):
    COMMAND_LINE = "command_line"
    FUNCTION = "function"
    HTTP = "http"
    RETRY = "retry"
    SCHEDULE = "schedule"

    def __str__(self) -> str:
        return str(self.value)
