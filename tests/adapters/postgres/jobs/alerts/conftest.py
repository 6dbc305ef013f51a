"""Fixtures: the alerts on a migrated database, and a running run of the job that looks after them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest_asyncio

from adapters.postgres.jobs.alerts import PostgresAlertHistory, PostgresAlerts, PostgresNoticeOutbox
from arcbeat.domain.jobs.alerts import Alert, AlertSeverity, CheckedProblem, ClaimedDelivery, Finding, Inspection
from arcbeat.domain.jobs.alerts import JobProblem as Problem
from arcbeat.domain.jobs.alerts.changes import AlertChanges, plan_changes
from arcbeat.domain.jobs.ports import NoticeTargets, StoredChanges
from arcbeat.domain.jobs.runs import Run
from tests.adapters.postgres.jobs.conftest import JOB, Jobs

TARGETS = NoticeTargets(opened=("first", "second"), escalated=("chief",))
CHECKED = frozenset(CheckedProblem(JOB.name, problem) for problem in Problem)
HOLD = timedelta(minutes=10)
FAILING = Finding(
    job_name=JOB.name,
    problem=Problem.FAILING,
    severity=AlertSeverity.WARNING,
    message="3 runs have failed since the last success.",
)


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at the jobs and stores what changes, as the job does."""

    jobs: Jobs
    run: Run
    alerts: PostgresAlerts
    outbox: PostgresNoticeOutbox
    history: PostgresAlertHistory

    async def look(self, *findings: Finding, checked: frozenset[CheckedProblem] = CHECKED) -> StoredChanges:
        """Store what a look with these findings changes, in a minute from now on."""
        return await self.alerts.store(
            self.run, await self.plan(*findings, checked=checked), TARGETS, self.jobs.clock()
        )

    async def plan(self, *findings: Finding, checked: frozenset[CheckedProblem] = CHECKED) -> AlertChanges:
        now = self.jobs.clock()
        return plan_changes(
            await self.alerts.open_alerts(),
            Inspection(findings=findings, checked=checked),
            job_names={JOB.name},
            escalations=await self.alerts.due_escalations(now - timedelta(hours=4)),
            recover_after=HOLD,
            now=now,
        )

    def pass_time(self, **units: float) -> None:
        self.jobs.clock.now += timedelta(**units)

    async def claim(self, target: str, *, only_critical: bool = False) -> ClaimedDelivery | None:
        return await self.outbox.claim(target, only_critical=only_critical, now=self.jobs.clock())

    async def send_all(self, *targets: str) -> list[tuple[str, str]]:
        """Mark all that is due as sent; return the kind and the target of each."""
        sent = []
        for target in targets or ("first", "second", "chief"):
            while (delivery := await self.claim(target)) is not None:
                await self.outbox.mark_sent(delivery, self.jobs.clock())
                sent.append((delivery.notice.kind.value, target))
        return sent

    async def states(self, alert: Alert) -> list[tuple[str, str, str]]:
        """Return kind, target and state of all deliveries of an alert."""
        detail = await self.history.get_alert(alert.id)
        return [
            (notice.kind.value, each.target, each.state.value)
            for notice in detail.notices
            for each in notice.deliveries
        ]


def opened(changes: StoredChanges) -> Alert:
    """Return the one alert that a look has opened."""
    [alert] = changes.opened
    return alert


def ids(alerts: Sequence[Alert]) -> list[int]:
    return [each.id for each in alerts]


@pytest_asyncio.fixture
async def watch(jobs: Jobs) -> AsyncIterator[Watch]:
    await jobs.request()
    run = (await jobs.claim()).run
    database = jobs.database
    yield Watch(jobs, run, PostgresAlerts(database), PostgresNoticeOutbox(database), PostgresAlertHistory(database))
