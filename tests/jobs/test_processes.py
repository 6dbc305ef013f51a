"""Workers and schedulers as processes: SIGKILL in the middle of a run, SIGTERM, and jobs that are due."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from arcbeat.app import JobRuntime
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState, Trigger
from jobs.start import Starter
from tests.support.waiting import eventually

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.05


@contextmanager
def process(environment: dict[str, str], command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command of the test jobs; kill it at the end if it has not ended."""
    program = [sys.executable, "-m", "tests.jobs.example_jobs", command]
    with subprocess.Popen(program, env={**os.environ, **environment}, cwd=Path(__file__).parents[2]) as running:
        try:
            yield running
        finally:
            running.kill()


async def request(runtime: JobRuntime, folder: Path) -> Run:
    """Request a run that lasts until a file exists in ``folder``."""
    parameters = {"folder": str(folder)}
    return await runtime.ports.queue.request(
        RunRequest(job_name="patient", trigger=Trigger.HTTP, requested_by="a test", parameters=parameters)
    )


async def wait_for_file(path: Path) -> None:
    await asyncio.to_thread(eventually, f"{path.name} exists", path.exists)


async def wait_for_end(runtime: JobRuntime, run: Run) -> Run:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (now := await runtime.ports.queue.get_run(run.id)).state.is_final:  # noqa: ASYNC110 -- another process ends it
            await asyncio.sleep(POLL_SECONDS)
    return now


async def execute(url: str, statement: str, *values: object) -> None:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute(statement, values)


async def first_run(url: str) -> int:
    """Wait until there is a run, and return its id."""
    async with asyncio.timeout(PATIENCE_SECONDS), await psycopg.AsyncConnection.connect(url, autocommit=True) as own:
        while True:
            row = await (await own.execute("select min(id) from sync_job_run")).fetchone()
            if row is not None and row[0] is not None:
                return int(row[0])
            await asyncio.sleep(POLL_SECONDS)


async def log_types(runtime: JobRuntime, run: Run) -> list[str]:
    root = await runtime.ports.logs.get_log(run.root_log_id or 0, None)
    return [each.log_type.value for each in await runtime.ports.logs.logs_of_run(root)]


async def test_a_run_whose_worker_is_killed_is_resumed_by_another_worker_and_ends_once(
    environment: dict[str, str], runtime: JobRuntime, starter: Starter, tmp_path: Path
) -> None:
    await starter.prepare()
    run = await request(runtime, tmp_path)
    with process(environment, "worker") as killed:
        await wait_for_file(tmp_path / "begun-1")
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    with process(environment, "worker"):
        await wait_for_file(tmp_path / "begun-2")
        (tmp_path / "end").touch()
        ended = await wait_for_end(runtime, run)

    assert (ended.state, ended.attempts, ended.resumes, ended.fence) == (RunState.SUCCEEDED, 2, 1, 2)
    assert await log_types(runtime, ended) == ["execution_start", "retry_attempt", "success"]


async def test_a_worker_that_is_told_to_stop_finishes_its_run(
    environment: dict[str, str], runtime: JobRuntime, starter: Starter, tmp_path: Path
) -> None:
    await starter.prepare()
    run = await request(runtime, tmp_path)
    with process(environment, "worker") as worker:
        await wait_for_file(tmp_path / "begun-1")
        worker.send_signal(signal.SIGTERM)
        (tmp_path / "end").touch()
        assert worker.wait(PATIENCE_SECONDS) == 0

    assert (await runtime.ports.queue.get_run(run.id)).state is RunState.SUCCEEDED


async def test_a_scheduler_starts_what_is_due_and_a_worker_carries_it_out(
    environment: dict[str, str], runtime: JobRuntime, starter: Starter
) -> None:
    await starter.prepare()

    job = await runtime.ports.jobs.change_job("flaky", lambda job: replace(job, schedule="0 0 1 1 *"))
    make_due = "update sync_job set next_run_at = date_trunc('minute', now()) where id = %s"
    await execute(environment["DATABASE_URL"], make_due, job.id)

    with process(environment, "scheduler") as scheduler, process(environment, "worker"):
        run = await first_run(environment["DATABASE_URL"])
        ended = await wait_for_end(runtime, await runtime.ports.queue.get_run(run))
        scheduler.send_signal(signal.SIGTERM)
        assert scheduler.wait(PATIENCE_SECONDS) == 0

    assert (ended.state, ended.attempts, ended.trigger) == (RunState.SUCCEEDED, 3, Trigger.SCHEDULE)
