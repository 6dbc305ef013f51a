from enum import StrEnum


class JobRunTrigger(StrEnum):
    TRIGGER_COMMAND_LINE = "command_line"
    TRIGGER_FUNCTION = "function"
    TRIGGER_HTTP = "http"
    TRIGGER_RETRY = "retry"
    TRIGGER_SCHEDULE = "schedule"

    def __str__(self) -> str:
        return str(self.value)
