"""PostgreSQL is away at the start, in the middle and at the finish of a run; nothing is lost or doubled."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import pytest

from arcbeat.app import JobRuntime, open_jobs
from arcbeat.domain.errors import LeaseLost, StoreUnavailable, StoreUnreachable
from arcbeat.domain.jobs.events import LogStatus
from arcbeat.domain.jobs.ports import LogFilter
from arcbeat.domain.jobs.runs import RunState
from jobs.context import JobContext, RegisteredJob
from jobs.execution.start import Starter
from tests.faults.private_postgres import PrivatePostgres
from tests.jobs.example_jobs import REGISTRY
from tests.jobs.logs import request, rows, tree_of

NETWORK = "network_error"
RECOVERED = [
    ("execution_start", "initial", "success", None, None),
    ("retry_attempt", "retry", "failed", 2, NETWORK),
    ("retry_attempt", "retry", "failed", 3, NETWORK),
    ("success", "final", "success", 3, None),
]


def starter_of(runtime: JobRuntime, work: Callable[[JobContext], Awaitable[Mapping[str, object]]]) -> Starter:
    """Return a starter whose job ``flaky`` does this work."""
    job = RegisteredJob(REGISTRY["flaky"].definition, work)
    return Starter(ports=runtime.ports, registry={"flaky": job}, spool_folder=runtime.spool_folder)


@pytest.mark.parametrize("away_seconds", [1, 8])
async def test_log_rows_of_an_outage_in_the_middle_are_stored_afterwards(
    runtime: JobRuntime, postgres: PrivatePostgres, away_seconds: float
) -> None:
    spooled: list[int] = []

    async def work(context: JobContext) -> Mapping[str, object]:
        if context.attempt_number == 1:
            await asyncio.to_thread(postgres.kill)
            raise StoreUnreachable
        if context.attempt_number == 2:
            spooled.append(len(list(runtime.spool_folder.glob("run-*"))))
            await asyncio.sleep(away_seconds)  # the server is away for as long as the test says
            raise StoreUnreachable
        await asyncio.to_thread(postgres.start)
        return {}

    run = await starter_of(runtime, work).start_run(request("flaky"))

    assert (run.state, spooled) == (RunState.SUCCEEDED, [1])
    tree = await tree_of(runtime.ports, run)
    assert rows(tree) == RECOVERED
    assert all(child.log.ended_at is not None for child in tree.children)
    assert not any(runtime.spool_folder.iterdir())


@pytest.mark.parametrize("away_seconds", [1, 8])
async def test_the_outcome_is_stored_after_an_outage_at_the_finish(
    runtime: JobRuntime, postgres: PrivatePostgres, away_seconds: float
) -> None:
    async def come_back() -> None:
        await asyncio.sleep(away_seconds)  # as above
        await asyncio.to_thread(postgres.start)

    tasks = []

    async def work(_: JobContext) -> Mapping[str, object]:
        await asyncio.to_thread(postgres.kill)
        tasks.append(asyncio.create_task(come_back()))
        return {"done": True}

    run = await starter_of(runtime, work).start_run(request("flaky"))

    await asyncio.gather(*tasks)
    assert (run.state, run.result) == (RunState.SUCCEEDED, {"done": True})
    assert len(rows(await tree_of(runtime.ports, run))) == 2


async def test_a_run_survives_a_server_that_does_not_respond_for_a_while(
    runtime: JobRuntime, postgres: PrivatePostgres
) -> None:
    async def work(context: JobContext) -> Mapping[str, object]:
        if context.attempt_number < 3:
            await asyncio.to_thread(postgres.pause)
            asyncio.get_running_loop().call_later(4, postgres.resume)
            raise StoreUnreachable
        return {}

    run = await starter_of(runtime, work).start_run(request("flaky"))

    assert rows(await tree_of(runtime.ports, run)) == RECOVERED


async def test_no_run_begins_without_a_lease(runtime: JobRuntime, postgres: PrivatePostgres) -> None:
    async def work(_: JobContext) -> Mapping[str, object]:
        raise AssertionError

    await asyncio.to_thread(postgres.stop)
    with pytest.raises(StoreUnavailable):
        await starter_of(runtime, work).start_run(request("flaky"))
    await asyncio.to_thread(postgres.start)

    async with asyncio.timeout(30):
        while True:  # until the circuit breaker has noticed
            try:
                assert await runtime.ports.logs.list_logs(LogFilter(), None, 10) == []
            except StoreUnavailable:
                await asyncio.sleep(0.2)
            else:
                return


async def test_an_outage_that_outlasts_the_lease_ends_the_run_and_the_next_start_takes_it_up_again(
    environment: dict[str, str], postgres: PrivatePostgres
) -> None:
    async def work(context: JobContext) -> Mapping[str, object]:
        if context.run.dry_run:
            return {}
        if context.attempt_number == 1:
            await asyncio.to_thread(postgres.kill)
            raise StoreUnreachable
        if context.run.resumes == 0:
            await asyncio.Event().wait()
        return {}

    async with open_jobs({**environment, "JOB_LEASE_SECONDS": "4"}) as runtime:
        with pytest.raises(LeaseLost):
            await starter_of(runtime, work).start_run(request("flaky"))
    await asyncio.to_thread(postgres.start)
    async with open_jobs(environment) as runtime:
        second = await starter_of(runtime, work).start_run(replace(request("flaky"), dry_run=True))
        logs = await runtime.ports.logs.list_logs(LogFilter(), None, 10)
        first = await runtime.ports.queue.get_run(logs[-1].run_id or 0)
        tree = await tree_of(runtime.ports, first)

    assert [log.run_id for log in logs] == [second.id, first.id]
    assert (second.state, first.state, first.resumes) == (RunState.SUCCEEDED, RunState.SUCCEEDED, 1)
    # How soon the server refuses the connection decides whether the lease ends during the wait.
    wait = tree.children[0].log.status
    assert wait in {LogStatus.FAILED, LogStatus.CANCELLED}
    assert rows(tree) == [
        ("execution_start", "initial", "success", None, None),
        ("retry_attempt", "retry", wait, 2, NETWORK),
        ("retry_attempt", "retry", "abandoned", first.attempts, None),
        ("success", "final", "success", first.attempts, None),
    ]
