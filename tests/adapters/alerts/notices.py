"""Notices for tests of senders."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from arcbeat.domain.jobs.alerts import AlertSeverity, JobProblem, Notice, NoticeKind

OPENED_AT = datetime(2026, 3, 2, 0, 5, tzinfo=UTC)
OPENED = Notice(
    id=7,
    alert_id=3,
    kind=NoticeKind.OPENED,
    job_name="sync_devices",
    problem=JobProblem.FAILING,
    severity=AlertSeverity.CRITICAL,
    message="The last 3 runs failed: StoreTimeout: no response within 5 s.",
    opened_at=OPENED_AT,
)


def notice(**changed: Any) -> Notice:
    """Return a notice about an alert that was opened, with some attributes changed."""
    return replace(OPENED, **changed)
