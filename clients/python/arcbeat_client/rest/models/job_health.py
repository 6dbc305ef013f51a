from enum import StrEnum


class JobHealth(StrEnum):
    JOB_HEALTH_DAMAGED = "damaged"
    JOB_HEALTH_DISABLED = "disabled"
    JOB_HEALTH_FAILING = "failing"
    JOB_HEALTH_NEVER_RUN = "never_run"
    JOB_HEALTH_OK = "ok"
    JOB_HEALTH_SILENT = "silent"
    JOB_HEALTH_STUCK = "stuck"

    def __str__(self) -> str:
        return str(self.value)
