"""Alerts: problems of jobs that a person must know of. Alarms, by contrast, are states of devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from arcbeat.domain.jobs.alerts.findings import AlertSeverity, CheckedProblem, JobProblem
from arcbeat.domain.jobs.alerts.notices import Delivery, NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A problem of a job, from the first finding until it is gone. A job has one open alert per problem.

    Attributes:
        severity: The highest severity that was found.
        first_message, message: Of the first and of the newest finding.
        findings: How often it was found.
        gone_since: When it was looked for and not found for the first time since the newest finding.
        closed_at: None while the alert is open.
        escalated_at: When the notice of the escalation was stored.
    """

    id: int
    job_name: str
    problem: JobProblem
    severity: AlertSeverity
    first_message: str
    message: str
    findings: int
    opened_at: datetime
    last_found_at: datetime
    gone_since: datetime | None = None
    closed_at: datetime | None = None
    escalated_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledgement_note: str = ""

    @property
    def subject(self) -> CheckedProblem:
        """The job and the problem: what makes two open alerts the same."""
        return CheckedProblem(self.job_name, self.problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNotice:
    """A notice of an alert with its deliveries.

    Attributes:
        deliveries: One per target; empty if no target was configured.
    """

    id: int
    kind: NoticeKind
    created_at: datetime
    deliveries: Sequence[Delivery] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDetail:
    """An alert with its notices, in the order of their creation."""

    alert: Alert
    notices: Sequence[StoredNotice] = ()
