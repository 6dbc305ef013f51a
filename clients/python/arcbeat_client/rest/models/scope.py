from enum import StrEnum


class Scope(StrEnum):
    SCOPE_ADMIN = "admin"
    SCOPE_DEVICE_READ = "device:read"
    SCOPE_DEVICE_WRITE = "device:write"
    SCOPE_JOB_READ = "job:read"
    SCOPE_JOB_RUN = "job:run"
    SCOPE_TELEMETRY_READ = "telemetry:read"
    SCOPE_TELEMETRY_WRITE = "telemetry:write"

    def __str__(self) -> str:
        return str(self.value)
