"""What is left of a job comes before a new run of it, and what every start prepares."""

from datetime import date

from adapters.postgres.jobs.partitions import months_from
from arcbeat.app import JobRuntime
from arcbeat.domain.jobs.ports import MONTHS_AHEAD
from arcbeat.domain.jobs.runs import RunState
from jobs.execution.start import Starter
from tests.jobs.logs import request
from tests.jobs.test_processes import execute


async def months_of(runtime: JobRuntime) -> list[date]:
    return [each.month for each in await runtime.ports.partitions.months()]


async def test_each_start_creates_missing_months_of_the_log(
    starter: Starter, runtime: JobRuntime, environment: dict[str, str]
) -> None:
    ahead = list(months_from(runtime.ports.clock(), MONTHS_AHEAD))
    await execute(environment["DATABASE_URL"], f"drop table sync_job_log_{ahead[-1]:%Y_%m}")
    assert (await months_of(runtime))[-1] == ahead[-2]

    run = await starter.start_run(request("flaky", succeeds_at=1))

    assert run.state is RunState.SUCCEEDED
    assert (await months_of(runtime))[-1 - MONTHS_AHEAD :] == ahead


async def test_a_month_that_cannot_be_created_does_not_prevent_a_run(
    starter: Starter, runtime: JobRuntime, environment: dict[str, str]
) -> None:
    last = months_from(runtime.ports.clock(), MONTHS_AHEAD)[-1]
    name = f"sync_job_log_{last:%Y_%m}"
    await execute(environment["DATABASE_URL"], f"drop table {name}; create table {name} (id integer)")

    run = await starter.start_run(request("flaky", succeeds_at=1))

    assert run.state is RunState.SUCCEEDED
