from enum import StrEnum


class ListJobLogsLogType(StrEnum):
    EXCEPTION = "exception"
    EXECUTION_START = "execution_start"
    FAILURE = "failure"
    RETRY_ATTEMPT = "retry_attempt"
    STRATEGY_CHANGE = "strategy_change"
    SUCCESS = "success"
    TIMEOUT = "timeout"

    def __str__(self) -> str:
        return str(self.value)
