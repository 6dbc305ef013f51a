"""What is left of a job comes before a new run of it, and what every start prepares."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from adapters.postgres.jobs.partitions import months_from
from arcbeat.app import JobRuntime
from arcbeat.domain.jobs.jobs import OverlapPolicy
from arcbeat.domain.jobs.ports import MONTHS_AHEAD
from arcbeat.domain.jobs.runs import Run, RunState
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


async def held_by_another(runtime: JobRuntime, job_name: str) -> Run:
    """Request a run that a process of another worker claims."""
    await runtime.ports.queue.request(request(job_name))
    claimed = await runtime.ports.queue.claim("another worker", [job_name])
    assert claimed is not None
    return claimed.run


async def test_an_orphan_is_left_to_others_by_a_process_that_is_to_stop(
    starter: Starter, runtime: JobRuntime, environment: dict[str, str]
) -> None:
    await starter.prepare()
    orphan = await held_by_another(runtime, "flaky")
    await execute(environment["DATABASE_URL"], "update sync_job_run set lease_until = now() - interval '1 s'")

    starter.stop.set()
    own = await starter.start_run(request("flaky"))

    left = await runtime.ports.queue.get_run(orphan.id)
    assert (left.state, left.cancel_requested, left.resumes) == (RunState.QUEUED, False, 1)
    assert own.state is RunState.SKIPPED


@pytest.mark.parametrize(("key", "state"), [(None, RunState.CANCELLED), ("2026-03-02", RunState.QUEUED)])
async def test_only_a_run_that_no_other_request_made_is_cancelled_when_the_process_is_to_stop(
    starter: Starter, runtime: JobRuntime, key: str | None, state: RunState
) -> None:
    await starter.prepare()
    await runtime.ports.jobs.change_job("flaky", lambda job: replace(job, overlap=OverlapPolicy.QUEUE))
    await held_by_another(runtime, "flaky")

    waiting = asyncio.create_task(starter.start_run(replace(request("flaky"), idempotency_key=key)))
    starter.stop.set()
    run = await waiting

    assert run.state is state
    assert (await runtime.ports.queue.get_run(run.id)).state is state
