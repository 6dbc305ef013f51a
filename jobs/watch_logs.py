"""The job that looks for problems of jobs, keeps the alerts about them, and sends the notices.

The life of an alert: docs/how-to/watch-jobs.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog

from arcbeat.domain.errors import AlertNotSent, AlertRejected
from arcbeat.domain.jobs.alerts import Alert, Finding, Inspection
from arcbeat.domain.jobs.alerts.changes import AlertChanges, plan_changes
from arcbeat.domain.jobs.alerts.quiet_hours import QuietHours, parse_quiet_hours
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.jobs import Job, JobDefinition
from arcbeat.domain.jobs.ports import DeadManSwitch
from arcbeat.domain.jobs.retry import RetryPolicy
from arcbeat.services.jobs.delivery_report import DeliveryReport
from arcbeat.services.jobs.notices import NoticeDelivery, SendersByTarget
from arcbeat.services.jobs.problems import find_problems
from jobs.context import JobContext, RegisteredJob
from jobs.standalone import run_alone

LISTED_MAX = 50
"""Alerts and notices that a result lists; all are counted."""
LIMIT_BOUNDS: Mapping[str, tuple[int, int]] = {
    "failures_min": (1, 100),
    "failing_hours": (1, 8760),
    "overtime_percent": (1, 10_000),
    "baseline_days": (1, 365),
    "baseline_runs_min": (2, 50),
    "recent_runs": (1, 50),
    "excess_percent": (0, 100_000),
    "excess_seconds": (0, 86_400),
    "excess_memory_mb": (0, 1_000_000),
    "forecast_days": (1, 3650),
    "limit_bytes": (0, 2**62),
}
"""The least and the greatest value of each limit of a check."""

# One attempt: the next look follows in minutes, and what failed is not to be hidden by a repetition.
DEFINITION = JobDefinition(
    name="watch_logs",
    description="Look for problems of jobs, keep the alerts about them, and send the notices.",
    schedule="*/5 * * * *",
    timeout_seconds=240.0,
    retry=RetryPolicy(max_attempts=1, attempt_timeout_seconds=230.0),
    parameters={
        "recover_after_minutes": 10,
        "escalate_after_hours": 4,
        "quiet_hours": "",
        "keep_closed_days": 90,
        **asdict(CheckLimits()),
    },
)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The parameters of a run that are about the life of alerts; None for alerts that are never escalated."""

    recover_after: timedelta
    escalate_after: timedelta | None
    quiet_hours: QuietHours | None
    keep_closed: timedelta

    @classmethod
    def of(cls, context: JobContext, time_zone: str) -> "Rules":
        """Read the parameters.

        Raises:
            InvalidValue: One of them is invalid.
        """
        hours = context.number("escalate_after_hours", at_least=0, at_most=720)
        return cls(
            recover_after=timedelta(minutes=context.number("recover_after_minutes", at_least=0, at_most=1440)),
            escalate_after=timedelta(hours=hours) if hours else None,
            quiet_hours=parse_quiet_hours(str(context.parameter("quiet_hours") or ""), time_zone),
            keep_closed=timedelta(days=context.number("keep_closed_days", at_least=1, at_most=3650)),
        )

    def is_quiet(self, now: datetime) -> bool:
        return self.quiet_hours is not None and self.quiet_hours.contains(now)


async def watch_logs(context: JobContext) -> Mapping[str, object]:
    """Look once: open, keep and close alerts, send what is due, and report to the dead-man switch.

    Raises:
        AlertNotSent: A notice was given up.
        StoreError: PostgreSQL is unavailable, or a check could not be carried out; the other checks count.
    """
    ports, now = context.ports, context.ports.clock()
    jobs = await ports.jobs.list_jobs()
    rules = Rules.of(context, _time_zone(jobs, context.run.job_name))
    inspection, volume = await find_problems(ports, jobs, _limits(context), now)
    context.count(read=len(inspection.checked))
    changes = await _plan(context, rules, inspection, [job.name for job in jobs], now)
    senders = SendersByTarget.of(ports.alert_senders, ports.escalation_senders)
    is_quiet = rules.is_quiet(now)
    delivery = NoticeDelivery(outbox=ports.notices, senders=senders.senders, clock=ports.clock, only_critical=is_quiet)
    found = {"findings": len(inspection.findings), "quiet": is_quiet, "volume": volume}
    if context.run.dry_run:
        planned = _described(changes.opened, changes.closed, changes.escalated)
        return {**found, **planned, "due": await delivery.count_due()}
    stored = await ports.alerts.store(context.run, changes, senders.targets, now)
    context.count(written=len(stored.opened) + len(stored.closed) + len(stored.escalated))
    report = await delivery.deliver()
    deleted = await ports.alerts.prune(context.run, now - rules.keep_closed)
    described = _described(stored.opened, stored.closed, stored.escalated)
    context.partial_result = result = {**found, **described, **_sent(report), "deleted": deleted}
    _raise_failures(inspection, report)
    if ports.dead_man is not None and not report.reached_no_target:
        result["dead_man_reported"] = await _report_to(ports.dead_man)
    return result


async def _report_to(dead_man: DeadManSwitch) -> bool:
    """Return whether a report arrived. If none does, the service behind the switch notices by itself."""
    try:
        await dead_man.report()
    except AlertNotSent as error:
        logger.warning("dead_man_not_reported", detail=error.detail)
        return False
    return True


async def _plan(
    context: JobContext, rules: Rules, inspection: Inspection, job_names: Sequence[str], now: datetime
) -> AlertChanges:
    alerts, after = context.ports.alerts, rules.escalate_after
    return plan_changes(
        await alerts.open_alerts(),
        inspection,
        job_names=frozenset(job_names),
        escalations=() if after is None else await alerts.due_escalations(now - after),
        recover_after=rules.recover_after,
        now=now,
    )


def _raise_failures(inspection: Inspection, report: DeliveryReport) -> None:
    """Let the run fail, so that its log shows what could not be done."""
    for failure in inspection.failures:
        logger.warning("job_check_failed", check=failure.check, detail=failure.error.detail)
    if report.serious:
        first, *others = report.serious
        more = f" Further notices that were not sent: {len(others)}." if others else ""
        error = AlertRejected if first.is_rejected else AlertNotSent
        raise error(f"{first.describe()}{more}")
    if inspection.failures:
        raise inspection.failures[0].error


def _time_zone(jobs: Sequence[Job], name: str) -> str:
    return next((job.time_zone for job in jobs if job.name == name), DEFINITION.time_zone)


def _limits(context: JobContext) -> CheckLimits:
    bounds = LIMIT_BOUNDS.items()
    return CheckLimits(**{name: context.number(name, at_least=low, at_most=high) for name, (low, high) in bounds})


def _described(
    opened: Sequence[Alert | Finding], closed: Sequence[Alert], escalated: Sequence[Alert]
) -> Mapping[str, object]:
    lists = {"opened": opened, "closed": closed, "escalated": escalated}
    return {name: [_describe(each) for each in found[:LISTED_MAX]] for name, found in lists.items()}


def _sent(report: DeliveryReport) -> Mapping[str, object]:
    return {"sent": len(report.sent), "not_sent": [each.describe() for each in report.failed[:LISTED_MAX]]}


def _describe(subject: Alert | Finding) -> Mapping[str, str]:
    return {
        "job_name": subject.job_name,
        "problem": subject.problem.value,
        "severity": subject.severity.value,
        "message": subject.message,
    }


JOB = RegisteredJob(DEFINITION, watch_logs)

if __name__ == "__main__":
    run_alone(DEFINITION.name)
