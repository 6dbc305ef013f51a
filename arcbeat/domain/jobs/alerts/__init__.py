"""Alerts about jobs: findings of checks, the alerts that they open, and the notices that are sent."""

from arcbeat.domain.jobs.alerts.alerts import Alert, AlertDetail, StoredNotice
from arcbeat.domain.jobs.alerts.findings import (
    AlertSeverity,
    CheckedProblem,
    CheckFailure,
    Finding,
    Inspection,
    JobProblem,
)
from arcbeat.domain.jobs.alerts.notices import ClaimedDelivery, Delivery, DeliveryState, Notice, NoticeKind

__all__ = [
    "Alert",
    "AlertDetail",
    "AlertSeverity",
    "CheckFailure",
    "CheckedProblem",
    "ClaimedDelivery",
    "Delivery",
    "DeliveryState",
    "Finding",
    "Inspection",
    "JobProblem",
    "Notice",
    "NoticeKind",
    "StoredNotice",
]
