from enum import StrEnum


class ListJobAlertsProblem(StrEnum):
    DAMAGED = "damaged"
    FAILING = "failing"
    LOG_VOLUME = "log_volume"
    MEMORY = "memory"
    SILENT = "silent"
    SLOW = "slow"
    SLOW_QUERIES = "slow_queries"
    STUCK = "stuck"

    def __str__(self) -> str:
        return str(self.value)
