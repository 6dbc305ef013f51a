"""PostgreSQL is away when a target has accepted a notice: the notice is not sent twice."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from arcbeat.app import JobRuntime
from arcbeat.domain.jobs.alerts import Notice
from arcbeat.domain.jobs.runs import RunState
from jobs.execution.start import Starter
from jobs.watch_logs import JOB
from tests.faults.private_postgres import PrivatePostgres
from tests.jobs.database import query
from tests.jobs.example_jobs import REGISTRY
from tests.jobs.logs import request

NAME = JOB.definition.name


@dataclass(eq=False)
class AcceptsDuringOutage:
    """An AlertSender whose target accepts a notice; then PostgreSQL is killed, and started again after a while."""

    postgres: PrivatePostgres
    away_seconds: float
    target: str = "chat"
    notices: list[Notice] = field(default_factory=list)
    restarts: list["asyncio.Task[Any]"] = field(default_factory=list)

    async def send(self, notice: Notice) -> None:
        self.notices.append(notice)
        await asyncio.to_thread(self.postgres.kill)
        self.restarts.append(asyncio.create_task(self._come_back()))

    async def _come_back(self) -> None:
        await asyncio.sleep(self.away_seconds)  # the server is away for as long as the test says
        await asyncio.to_thread(self.postgres.start)


@pytest.mark.parametrize("away_seconds", [1, 8])
async def test_a_notice_that_a_target_has_accepted_is_not_sent_again_after_an_outage(
    runtime: JobRuntime, environment: dict[str, str], postgres: PrivatePostgres, away_seconds: float
) -> None:
    sender = AcceptsDuringOutage(postgres, away_seconds)
    ports = replace(runtime.ports, alert_senders=[sender])
    starter = Starter(ports=ports, registry={**REGISTRY, NAME: JOB}, spool_folder=runtime.spool_folder)
    for _ in range(3):
        await starter.start_run(request("rejected"))

    await starter.start_run(request(NAME))
    await asyncio.gather(*sender.restarts)
    second = await starter.start_run(request(NAME))

    assert second.state is RunState.SUCCEEDED
    assert [each.job_name for each in sender.notices] == ["rejected"]
    assert query(environment, "select state, attempts from sync_job_alert_delivery") == [
        {"state": "sent", "attempts": 1}
    ]
