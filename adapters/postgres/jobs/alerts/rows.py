"""Rows of alerts and of their notices as objects of the domain."""

from collections.abc import Mapping
from typing import Any

from arcbeat.domain.jobs.alerts import (
    Alert,
    AlertSeverity,
    ClaimedDelivery,
    Delivery,
    DeliveryState,
    JobProblem,
    Notice,
    NoticeKind,
)


def to_alert(row: Mapping[str, Any]) -> Alert:
    """Return the alert of a row of sync_job_alert."""
    return Alert(
        id=row["id"],
        job_name=row["job_name"],
        problem=JobProblem(row["problem"]),
        severity=AlertSeverity(row["severity"]),
        first_message=row["first_message"],
        message=row["message"],
        findings=row["findings"],
        opened_at=row["opened_at"],
        last_found_at=row["last_found_at"],
        gone_since=row["gone_since"],
        closed_at=row["closed_at"],
        escalated_at=row["escalated_at"],
        acknowledged_at=row["acknowledged_at"],
        acknowledged_by=row["acknowledged_by"],
        acknowledgement_note=row["acknowledgement_note"],
    )


def to_delivery(row: Mapping[str, Any]) -> Delivery:
    """Return what became of a notice for one target."""
    return Delivery(
        target=row["target"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        next_attempt_at=row["next_attempt_at"],
        sent_at=row["sent_at"],
        error=row["error"],
    )


def to_claimed(row: Mapping[str, Any]) -> ClaimedDelivery:
    """Return a delivery with its notice; the row has columns of all three tables."""
    kind = NoticeKind(row["kind"])
    notice = Notice(
        id=row["notice_id"],
        alert_id=row["alert_id"],
        kind=kind,
        job_name=row["job_name"],
        problem=JobProblem(row["problem"]),
        severity=AlertSeverity(row["severity"]),
        message=row["message"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"] if kind is NoticeKind.RECOVERED else None,
    )
    return ClaimedDelivery(id=row["id"], target=row["target"], attempt=row["attempts"], notice=notice)
