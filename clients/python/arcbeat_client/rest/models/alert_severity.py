from enum import StrEnum


class AlertSeverity(StrEnum):
    ALERT_SEVERITY_CRITICAL = "critical"
    ALERT_SEVERITY_WARNING = "warning"

    def __str__(self) -> str:
        return str(self.value)
