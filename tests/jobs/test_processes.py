"""Workers and schedulers as processes: SIGKILL in the middle of a run, SIGTERM, and jobs that are due."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest

from arcbeat.app import JobRuntime
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.logs import SegmentKind
from arcbeat.domain.jobs.retry import RetryStats
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState, Trigger
from jobs.command_line.exit_codes import EXIT_CANCELLED
from jobs.execution.start import Starter
from tests.jobs import programs
from tests.jobs.logs import timeline_of, tree_of
from tests.support.waiting import eventually

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.05
STOP_SECONDS_MAX = 30.0


@contextmanager
def process(environment: dict[str, str], command: str, log: Path | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command of the test jobs; kill it at the end if it has not ended.

    Args:
        log: A file for its standard error.
    """
    program = [sys.executable, "-m", programs.EXAMPLES, command]
    variables = {**os.environ, **environment}
    with ExitStack() as stack:
        errors = stack.enter_context(log.open("wb")) if log else None
        with subprocess.Popen(program, env=variables, cwd=programs.ROOT, stderr=errors) as running:
            try:
                yield running
            finally:
                running.kill()


async def request(runtime: JobRuntime, folder: Path, job_name: str = "patient") -> Run:
    """Request a run that lasts until a file exists in ``folder``."""
    parameters = {"folder": str(folder)}
    return await runtime.ports.queue.request(
        RunRequest(job_name=job_name, trigger=Trigger.HTTP, requested_by="a test", parameters=parameters)
    )


async def wait_until(what: str, is_true: Callable[[], bool]) -> None:
    await asyncio.to_thread(eventually, what, is_true)


async def wait_for_file(path: Path) -> None:
    await wait_until(f"{path.name} exists", path.exists)


async def wait_for_end(runtime: JobRuntime, run: Run) -> Run:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (now := await runtime.ports.queue.get_run(run.id)).state.is_final:  # noqa: ASYNC110 -- another process ends it
            await asyncio.sleep(POLL_SECONDS)
    return now


async def execute(url: str, statement: str, *values: object) -> None:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute(statement.encode(), values)


async def fetch_value(url: str, query: str) -> int:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        row = await (await connection.execute(query.encode())).fetchone()
    return int(row[0]) if row else 0


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


async def test_a_worker_finishes_its_run_after_sigterm(
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


async def test_the_statistics_of_a_run_count_the_attempts_of_a_killed_process(
    environment: dict[str, str], runtime: JobRuntime, starter: Starter, tmp_path: Path
) -> None:
    await starter.prepare()
    requested = await request(runtime, tmp_path, "alternating")
    with process(environment, "worker") as killed:
        await wait_for_file(tmp_path / "begun-2")
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    (tmp_path / "end").touch()
    with process(environment, "worker"):
        run = await wait_for_end(runtime, requested)

    tree, segments = await tree_of(runtime.ports, run), await timeline_of(runtime.ports, run)
    assert (run.state, run.attempts, run.resumes) == (RunState.SUCCEEDED, 4, 1)
    stats = tree.log.retry_statistics
    assert stats is not None
    assert replace(stats, wait_seconds=0.0) == RetryStats(
        attempts=4, retries=3, strategy_changes=2, errors_by_category={ErrorCategory.NETWORK_ERROR: 2}
    )
    # The wait for the first retry, for the process that took the run up, and for the last retry.
    waits = [each for each in segments if each.kind is SegmentKind.WAIT]
    assert len(waits) == 3
    assert stats.wait_seconds == pytest.approx(
        sum((each.ended_at - each.started_at).total_seconds() for each in waits if each.ended_at)
    )
    # The adaptive strategy goes on from what it has learned.
    changes = [child.log.retry_context for child in tree.children if child.log.log_type == "strategy_change"]
    assert [each.adaptive_adjustments.delay_multiplier for each in changes if each] == [2.0, 4.0]


def test_a_command_ends_though_its_job_ignores_every_cancellation(environment: dict[str, str], tmp_path: Path) -> None:
    with programs.running(environment, "run", "uncancellable", "--param", f"folder={tmp_path}") as running:
        eventually("the work has begun", (tmp_path / "begun-1").exists)
        running.send_signal(signal.SIGINT)
        out, errors = running.communicate(timeout=PATIENCE_SECONDS)

    assert running.returncode == EXIT_CANCELLED
    assert [each["state"] for each in programs.events(out) if each["event"] == "run_ended"] == ["cancelled"]
    assert "task_does_not_end" in errors


@pytest.mark.slow
async def test_a_worker_ends_within_30_seconds_though_a_run_ignores_its_cancellation(
    environment: dict[str, str], runtime: JobRuntime, starter: Starter, tmp_path: Path
) -> None:
    await starter.prepare()
    run = await request(runtime, tmp_path, "uncancellable")
    with process(environment, "worker") as worker:
        await wait_for_file(tmp_path / "begun-1")
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(worker.wait, STOP_SECONDS_MAX) == 0

    assert (await runtime.ports.queue.get_run(run.id)).state is RunState.CANCELLED


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


def test_a_job_is_also_a_script_of_its_own(environment: dict[str, str]) -> None:
    code, out, errors = programs.run(environment, "--json", module="jobs.sync_devices")

    assert (code, errors) == (0, "")
    [end] = [each for each in programs.events(out) if each["event"] == "run_ended"]
    assert (end["job_name"], end["state"]) == ("sync_devices", "succeeded")


def has_started(log: Path) -> bool:
    return "scheduler_started" in log.read_text()


@pytest.mark.slow
async def test_eight_scheduler_processes_make_one_run_per_due_job(environment: dict[str, str], tmp_path: Path) -> None:
    url = environment["DATABASE_URL"]
    due = """
        insert into sync_job (name, schedule, next_run_at)
        select 'due_' || n, '0 0 1 1 *', date_trunc('minute', now()) from generate_series(1, 50) n"""
    with ExitStack() as stack:
        logs = [tmp_path / f"scheduler-{number}.log" for number in range(8)]
        schedulers = [
            stack.enter_context(process({**environment, "LOG_LEVEL": "info"}, "scheduler", log)) for log in logs
        ]
        for log in logs:
            await wait_until(f"{log.name} says that it started", partial(has_started, log))
        await execute(url, due)
        await wait_until(
            "all runs are requested", lambda: sum(log.read_text().count("run_scheduled") for log in logs) >= 50
        )
        for each in schedulers:
            each.send_signal(signal.SIGTERM)
        assert [each.wait(PATIENCE_SECONDS) for each in schedulers] == [0] * 8

    assert await fetch_value(url, "select count(*) from sync_job_run") == 50
    assert await fetch_value(url, "select count(distinct job_id) from sync_job_run where state = 'queued'") == 50


async def test_a_worker_logs_the_end_of_a_run_once(
    environment: dict[str, str], starter: Starter, runtime: JobRuntime, tmp_path: Path
) -> None:
    await starter.prepare()
    run, log = await request(runtime, tmp_path), tmp_path / "log"
    (tmp_path / "end").touch()

    with process({**environment, "LOG_LEVEL": "info"}, "worker", log) as worker:
        await wait_for_end(runtime, run)
        worker.send_signal(signal.SIGTERM)
        await asyncio.to_thread(worker.wait, PATIENCE_SECONDS)

    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    [ended] = [each for each in events if each["event"] == "run_ended"]
    assert (ended["run_id"], ended["job_name"], ended["state"]) == (run.id, "patient", "succeeded")
