"""Workers claim queued runs, execute them, sweep orphans and finish what is in hand when they are stopped."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest_asyncio
from structlog.testing import capture_logs

from adapters.postgres.jobs.catalogue import PostgresJobCatalogue
from adapters.postgres.jobs.runs import PostgresRunQueue
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.runs import ClaimedRun, Run, RunOutcome, RunRequest, RunState, Trigger
from jobs.processes.worker import Execute, Worker

JOB = JobDefinition(name="count_rows", description="Count the rows.", exclusive=False)
PATIENCE_SECONDS = 20.0


@dataclass(slots=True)
class Bench:
    """A queue, and a bell that wakes the worker as a notification of PostgreSQL does."""

    database: Database
    queue: PostgresRunQueue
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    cancelling: asyncio.Event = field(default_factory=asyncio.Event)

    async def request(self) -> Run:
        run = await self.queue.request(
            RunRequest(job_name=JOB.name, trigger=Trigger.COMMAND_LINE, requested_by="a test")
        )
        self.bell.set()
        return run

    async def finish(self, claimed: ClaimedRun) -> Run:
        outcome = RunOutcome(state=RunState.SUCCEEDED, attempts=claimed.run.attempts)
        return await self.queue.finish(claimed.run, outcome, [])

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        async def wait() -> None:
            await self.bell.wait()
            self.bell.clear()

        yield wait

    @asynccontextmanager
    async def worker(self, execute: Execute, **options: float) -> AsyncIterator[asyncio.Task[None]]:
        """Run a worker; stop it at the end."""
        names, more = [JOB.name], options
        worker = Worker("a worker", self.queue, execute, self.listening, names, self.cancelling, **more)  # type: ignore[arg-type] # by name
        async with asyncio.timeout(PATIENCE_SECONDS):
            task = asyncio.create_task(worker.run(self.stop))
            try:
                yield task
            finally:
                self.stop.set()
                await task


@pytest_asyncio.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    async with open_pool(database_url) as pool:
        database = Database(pool)
        clock = lambda: datetime.now(UTC)  # noqa: E731
        await PostgresJobCatalogue(database, clock).register([JOB])
        yield Bench(database, PostgresRunQueue(database, clock))


async def test_a_worker_executes_the_runs_that_are_queued_and_those_that_come(bench: Bench) -> None:
    ended: asyncio.Queue[int] = asyncio.Queue()

    async def execute(claimed: ClaimedRun) -> Run:
        run = await bench.finish(claimed)
        ended.put_nowait(run.id)
        return run

    first = await bench.request()
    async with bench.worker(execute):
        assert await ended.get() == first.id
        second = await bench.request()
        assert await ended.get() == second.id

    assert (await bench.queue.get_run(second.id)).state is RunState.SUCCEEDED


async def test_a_worker_executes_no_more_runs_at_a_time_than_its_limit(bench: Bench) -> None:
    begun: asyncio.Queue[int] = asyncio.Queue()
    go_on = asyncio.Event()
    under_way = most = 0

    async def execute(claimed: ClaimedRun) -> Run:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        begun.put_nowait(claimed.run.id)
        await go_on.wait()
        under_way -= 1
        return await bench.finish(claimed)

    runs = [await bench.request() for _ in range(5)]
    async with bench.worker(execute, runs_max=2):
        for _ in range(2):
            await begun.get()
        go_on.set()
        for _ in range(3):
            await begun.get()

    assert most == 2
    assert [(await bench.queue.get_run(run.id)).state for run in runs] == [RunState.SUCCEEDED] * 5


async def test_a_worker_that_is_stopped_finishes_the_run_in_hand_and_claims_no_more(bench: Bench) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def execute(claimed: ClaimedRun) -> Run:
        begun.set()
        await go_on.wait()
        return await bench.finish(claimed)

    in_hand = await bench.request()
    async with bench.worker(execute, runs_max=1):
        await begun.wait()
        queued = await bench.request()
        bench.stop.set()
        go_on.set()

    assert (await bench.queue.get_run(in_hand.id)).state is RunState.SUCCEEDED
    assert (await bench.queue.get_run(queued.id)).state is RunState.QUEUED


async def test_a_run_that_takes_too_long_to_finish_is_cancelled_when_the_worker_stops(bench: Bench) -> None:
    begun = asyncio.Event()

    async def execute(claimed: ClaimedRun) -> Run:
        begun.set()
        await bench.cancelling.wait()
        return await bench.finish(claimed)

    run = await bench.request()
    async with bench.worker(execute, stop_seconds=0.05):
        await begun.wait()

    assert (await bench.queue.get_run(run.id)).state.is_final


async def test_a_run_that_ignores_its_cancellation_is_logged_and_left(bench: Bench) -> None:
    begun, end = asyncio.Event(), asyncio.Event()

    async def execute(claimed: ClaimedRun) -> Run:
        begun.set()
        while not end.is_set():
            with suppress(asyncio.CancelledError):
                await end.wait()
        return claimed.run

    run = await bench.request()
    with capture_logs() as logs:
        async with bench.worker(execute, stop_seconds=0.05, cancel_seconds=0.05):
            await begun.wait()

    assert [each["task"] for each in logs if each["event"] == "run_left"] == [f"run {run.id}"]
    assert (await bench.queue.get_run(run.id)).state is RunState.RUNNING
    [left] = [task for task in asyncio.all_tasks() if task.get_name() == f"run {run.id}"]
    end.set()
    await left


async def test_a_worker_takes_up_a_run_whose_process_has_died(bench: Bench) -> None:
    orphan = await bench.request()
    assert await bench.queue.claim("a dead worker", [JOB.name]) is not None
    await bench.database.execute("update sync_job_run set lease_until = now() - interval '1 s'")
    executed: asyncio.Queue[Run] = asyncio.Queue()

    async def execute(claimed: ClaimedRun) -> Run:
        run = await bench.finish(claimed)
        executed.put_nowait(run)
        return run

    async with bench.worker(execute):
        run = await executed.get()

    assert (run.id, run.resumes, run.fence, run.state) == (orphan.id, 1, 2, RunState.SUCCEEDED)


async def test_a_run_that_fails_unexpectedly_does_not_end_the_worker(bench: Bench) -> None:
    executed: asyncio.Queue[int] = asyncio.Queue()
    failing = await bench.request()

    async def execute(claimed: ClaimedRun) -> Run:
        executed.put_nowait(claimed.run.id)
        if claimed.run.id == failing.id:
            raise RuntimeError
        return await bench.finish(claimed)

    async with bench.worker(execute):
        assert await executed.get() == failing.id
        following = await bench.request()
        assert await executed.get() == following.id
