"""Decides what a look at the jobs changes: which alerts open, stay open, and close."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from arcbeat.domain.jobs.alerts.alerts import Alert
from arcbeat.domain.jobs.alerts.findings import Finding, Inspection


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChanges:
    """What a look at the jobs changes.

    Attributes:
        opened: Findings without an open alert.
        kept: Open alerts with their new finding.
        missing: Open alerts whose problem was looked for and not found for the first time.
        closed: Open alerts whose problem has been gone for long enough.
        escalated: Open alerts that a second group of people must know of.
    """

    opened: Sequence[Finding] = ()
    kept: Sequence[tuple[Alert, Finding]] = ()
    missing: Sequence[Alert] = ()
    closed: Sequence[Alert] = ()
    escalated: Sequence[Alert] = ()


def plan_changes(
    open_alerts: Sequence[Alert],
    inspection: Inspection,
    *,
    job_names: Collection[str],
    escalations: Sequence[Alert],
    recover_after: timedelta,
    now: datetime,
) -> AlertChanges:
    """Return what a look changes.

    An alert closes only if its problem was looked for, so that a store that is down closes nothing, or if its job no
    longer exists. A problem that comes and goes keeps its alert open.

    Args:
        job_names: The jobs that exist.
        escalations: The alerts that are due for escalation; those whose problem is gone now are left out.
        recover_after: How long a problem must be gone before its alert closes.
    """
    found = {each.subject: each for each in inspection.findings}
    known = {each.subject: each for each in open_alerts}
    gone = [
        alert
        for subject, alert in known.items()
        if subject not in found and (subject in inspection.checked or subject.job_name not in job_names)
    ]
    closed = [each for each in gone if now - (each.gone_since or now) >= recover_after]
    still_gone = {each.id for each in gone}
    return AlertChanges(
        opened=[finding for subject, finding in found.items() if subject not in known],
        kept=[(known[subject], finding) for subject, finding in found.items() if subject in known],
        missing=[each for each in gone if each.gone_since is None and each not in closed],
        closed=closed,
        escalated=[each for each in escalations if each.id not in still_gone],
    )
