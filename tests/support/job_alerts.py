"""Alerts about jobs in the database of a service, as the job `watch_logs` opens and closes them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from adapters.postgres.jobs.alerts import PostgresAlerts, PostgresNoticeOutbox
from adapters.postgres.jobs.catalogue import PostgresJobCatalogue
from adapters.postgres.jobs.runs import PostgresRunQueue
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.jobs.alerts import Alert, AlertSeverity, CheckedProblem, Finding, Inspection, JobProblem
from arcbeat.domain.jobs.alerts.changes import plan_changes
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.ports import NoticeTargets, StoredChanges
from arcbeat.domain.jobs.runs import Run, RunRequest, Trigger
from arcbeat.domain.time.clock import utc_now
from tests.support.background_loop import run_in_background

T = TypeVar("T")
TARGET = "dingtalk oapi.dingtalk.com"
WATCH = JobDefinition(name="watch", description="Look at the jobs.")


def finding(
    job_name: str, problem: JobProblem = JobProblem.FAILING, severity: AlertSeverity = AlertSeverity.WARNING
) -> Finding:
    return Finding(job_name=job_name, problem=problem, severity=severity, message=f"{problem} was found in {job_name}.")


class AlertWatch:
    """Looks at jobs again and again; a problem that a look does not find is gone at once.

    Args:
        job_names: The jobs that it looks at, which must be registered.
    """

    def __init__(self, database_url: str, *job_names: str) -> None:
        self._database_url = database_url
        self._checked = frozenset(CheckedProblem(name, problem) for name in job_names for problem in JobProblem)
        self._run = self._with_database(_claim)

    def look(self, *findings: Finding) -> StoredChanges:
        """Store what a look with these findings changes."""
        return self._with_database(lambda database: self._look(database, *findings))

    def opened(self, found: Finding) -> Alert:
        """Return the alert that a look has opened, whatever else is open meanwhile."""
        [alert] = self.look(found).opened
        return alert

    def send(self) -> None:
        """Mark one notice as sent."""

        async def send(database: Database) -> None:
            outbox = PostgresNoticeOutbox(database)
            delivery = await outbox.claim(TARGET, only_critical=False, now=utc_now())
            assert delivery is not None
            await outbox.mark_sent(delivery, utc_now())

        self._with_database(send)

    async def _look(self, database: Database, *findings: Finding) -> StoredChanges:
        alerts, now = PostgresAlerts(database), utc_now()
        changes = plan_changes(
            await alerts.open_alerts(),
            Inspection(findings=findings, checked=self._checked),
            job_names={each.job_name for each in self._checked},
            escalations=(),
            recover_after=timedelta(0),
            now=now,
        )
        return await alerts.store(self._run, changes, NoticeTargets(opened=(TARGET,), escalated=()), now)

    def _with_database(self, action: Callable[[Database], Awaitable[T]]) -> T:
        async def run() -> T:
            async with open_pool(self._database_url, max_size=1) as pool:
                return await action(Database(pool))

        return run_in_background(run())


async def _claim(database: Database) -> Run:
    """Begin a run of the job that looks after the others; it holds its lease for an hour."""
    await PostgresJobCatalogue(database, utc_now).register([WATCH])
    queue = PostgresRunQueue(database, utc_now, lease_seconds=3600)
    await queue.request(RunRequest(job_name=WATCH.name, trigger=Trigger.COMMAND_LINE, requested_by="a test"))
    claimed = await queue.claim("test:1:a", [WATCH.name])
    assert claimed is not None
    return claimed.run
