"""Fixtures: the job that watches, with senders that record what they send, and a clock that the tests set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from arcbeat.app import JobRuntime
from arcbeat.domain.errors import AlertNotSent
from arcbeat.domain.jobs.alerts import Notice
from arcbeat.domain.jobs.jobs import Parameter, Parameters
from arcbeat.domain.jobs.ports import AlertSender, MetricHistory, RunMetric
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState, Trigger
from jobs.execution.start import Starter
from jobs.watch_logs import JOB
from tests.jobs.database import execute
from tests.jobs.example_jobs import REGISTRY

NAME = JOB.definition.name
NO_PARAMETERS: Parameters = {}
REJECTED = "rejected"
"""The job of the tests that fails at each run."""
FLAKY = "flaky"
"""The job of the tests that succeeds with ``succeeds_at=1``."""

AGE = (
    """update sync_job_alert
          set opened_at = opened_at - interval '{0}', last_found_at = last_found_at - interval '{0}',
              gone_since = gone_since - interval '{0}', closed_at = closed_at - interval '{0}'""",
    "update sync_job_alert_notice set created_at = created_at - interval '{0}'",
    """update sync_job_alert_delivery
          set next_attempt_at = next_attempt_at - interval '{0}', sent_at = sent_at - interval '{0}',
              claimed_until = claimed_until - interval '{0}'""",
)


@dataclass(slots=True, eq=False)
class RecordingSender:
    """An AlertSender that records what it delivers.

    Attributes:
        error: What it raises instead; None for a target that accepts everything.
        tried: How often it was called.
    """

    target: str
    notices: list[Notice] = field(default_factory=list)
    error: AlertNotSent | None = None
    tried: int = 0

    async def send(self, notice: Notice) -> None:
        self.tried += 1
        if self.error is not None:
            raise self.error
        self.notices.append(notice)

    @property
    def sent(self) -> list[tuple[str, str, str]]:
        """Kind, job and problem of each notice."""
        return [(each.kind.value, each.job_name, each.problem.value) for each in self.notices]


@dataclass(slots=True, eq=False)
class RecordingSwitch:
    """A dead-man switch that counts the reports."""

    reports: int = 0

    async def report(self) -> None:
        self.reports += 1


@dataclass(slots=True, eq=False)
class SettablePerformance:
    """A RunPerformance by which one job takes as long as usual, or ten times as long, which is a warning."""

    job_id: int
    is_slow: bool = False

    async def histories(self, job_ids: Sequence[int], since: datetime, recent_runs: int) -> Sequence[MetricHistory]:  # noqa: ARG002 -- it has one
        history = MetricHistory(
            job_id=self.job_id,
            metric=RunMetric.DURATION_SECONDS,
            recent=600.0 if self.is_slow else 60.0,
            runs=100,
            since=since,
            median=60.0,
            deviation=1.0,
            least=50.0,
        )
        return [history] if self.job_id in job_ids else []


@dataclass(slots=True, eq=False)
class Watcher:
    """Carries out runs of watch_logs, as one process does.

    Attributes:
        performance: What the job measures of other jobs; None for what they really took.
    """

    runtime: JobRuntime
    environment: dict[str, str]
    senders: Sequence[AlertSender]
    escalation_senders: Sequence[AlertSender] = ()
    switch: RecordingSwitch = field(default_factory=RecordingSwitch)
    performance: SettablePerformance | None = None

    def pass_time(self, **units: float) -> None:
        """Make all alerts and notices older, as if time had passed."""
        for statement in AGE:
            execute(self.environment, statement.format(timedelta(**units)))

    def starter(self) -> Starter:
        ports = replace(
            self.runtime.ports,
            performance=self.performance or self.runtime.ports.performance,
            alert_senders=self.senders,
            escalation_senders=self.escalation_senders,
            dead_man=self.switch,
        )
        return Starter(ports=ports, registry={**REGISTRY, NAME: JOB}, spool_folder=self.runtime.spool_folder)

    async def run(self, parameters: Parameters = NO_PARAMETERS, *, dry_run: bool = False) -> Run:
        """Carry out a run of watch_logs."""
        return await self.starter().start_run(
            RunRequest(
                job_name=NAME,
                trigger=Trigger.COMMAND_LINE,
                requested_by="a test",
                parameters=parameters,
                dry_run=dry_run,
            )
        )

    async def look(self, **parameters: Parameter) -> Mapping[str, Any]:
        """Carry out a run that must succeed, and return its result."""
        run = await self.run(parameters)
        assert run.state is RunState.SUCCEEDED, run.error_message
        return run.result or {}

    async def fail(self, times: int = 3) -> None:
        """Let the job of the tests fail."""
        for _ in range(times):
            await self.job(REJECTED)

    async def job(self, name: str, **parameters: Parameter) -> None:
        """Carry out a run of a job of the tests."""
        await self.starter().start_run(
            RunRequest(job_name=name, trigger=Trigger.COMMAND_LINE, requested_by="a test", parameters=parameters)
        )

    def recover(self) -> None:
        """Let the last run of the failing job have succeeded."""
        execute(
            self.environment,
            """update sync_job_run set state = 'succeeded'
                where id = (select max(id) from sync_job_run where job_name = 'rejected')""",
        )


@pytest_asyncio.fixture
async def slow(watcher: Watcher) -> SettablePerformance:
    """The performance of a job that is slow until the test changes that."""
    await watcher.job(FLAKY, succeeds_at=1)
    job = await watcher.runtime.ports.jobs.get_job(FLAKY)
    watcher.performance = SettablePerformance(job.id, is_slow=True)
    return watcher.performance


@pytest.fixture
def target() -> RecordingSender:
    return RecordingSender("chat")


@pytest.fixture
def watcher(runtime: JobRuntime, environment: dict[str, str], target: RecordingSender) -> Watcher:
    """A process that watches, and sends to one target."""
    return Watcher(runtime, environment, [target])
