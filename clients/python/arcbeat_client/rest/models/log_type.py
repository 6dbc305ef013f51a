from enum import StrEnum


class LogType(StrEnum):
    LOG_TYPE_EXCEPTION = "exception"
    LOG_TYPE_EXECUTION_START = "execution_start"
    LOG_TYPE_FAILURE = "failure"
    LOG_TYPE_RETRY_ATTEMPT = "retry_attempt"
    LOG_TYPE_STRATEGY_CHANGE = "strategy_change"
    LOG_TYPE_SUCCESS = "success"
    LOG_TYPE_TIMEOUT = "timeout"

    def __str__(self) -> str:
        return str(self.value)
