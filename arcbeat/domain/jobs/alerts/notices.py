"""Notices: messages about an alert, and their delivery to each target."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.jobs.alerts.findings import AlertSeverity, JobProblem


class NoticeKind(StrEnum):
    """What a notice reports. An alert has at most one notice of each kind."""

    OPENED = "opened"
    ESCALATED = "escalated"
    RECOVERED = "recovered"


class DeliveryState(StrEnum):
    """What became of a notice for one target.

    ``cancelled``: the alert was closed before the notice was sent, so it is not sent.
    """

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message about an alert.

    Attributes:
        severity, message: Those of the alert when the notice is sent.
        closed_at: None unless the kind is ``recovered``.
    """

    id: int
    alert_id: int
    kind: NoticeKind
    job_name: str
    problem: JobProblem
    severity: AlertSeverity
    message: str
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A notice that this process is to send to one target now.

    Attributes:
        attempt: The number of this attempt, from 1.
    """

    id: int
    target: str
    attempt: int
    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a notice for one target.

    Attributes:
        target: The name of the target, without secrets.
        attempts: How often it was tried.
        next_attempt_at: Not before this moment; None unless the delivery waits.
        error: Why the last attempt failed, without secrets.
    """

    target: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None
