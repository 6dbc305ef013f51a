from enum import StrEnum


class JobProblem(StrEnum):
    JOB_PROBLEM_DAMAGED = "damaged"
    JOB_PROBLEM_FAILING = "failing"
    JOB_PROBLEM_LOG_VOLUME = "log_volume"
    JOB_PROBLEM_MEMORY = "memory"
    JOB_PROBLEM_SILENT = "silent"
    JOB_PROBLEM_SLOW = "slow"
    JOB_PROBLEM_SLOW_QUERIES = "slow_queries"
    JOB_PROBLEM_STUCK = "stuck"

    def __str__(self) -> str:
        return str(self.value)
