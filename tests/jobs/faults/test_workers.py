"""Several workers on one queue are killed and frozen, and PostgreSQL is away: each run ends once, and writes once."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen

import pytest

from arcbeat.app import open_jobs
from arcbeat.domain.jobs.runs import RunRequest, Trigger
from jobs.execution.start import Starter
from tests.faults.private_postgres import PrivatePostgres
from tests.jobs.database import execute, query
from tests.jobs.example_jobs import REGISTRY
from tests.jobs.programs import TIMEOUT_SECONDS, running
from tests.support.waiting import eventually

JOB = "two_steps"
RUNS_PER_WORKER = 4
CREATE_STEPS = """
create table step (
    run_id bigint, number integer, fence bigint, writes integer default 1, primary key (run_id, number))"""
STEPS = "select count(*) as steps from step where number = 1"
ENDED = """
select r.id, r.state, r.attempts, r.resumes,
       (select count(*) from sync_job_log l where l.run_id = r.id and l.execution_phase = 'final') as endings,
       (select count(*) from sync_job_log l where l.run_id = r.id and l.log_started_at is not null
           and l.log_ended_at is null) as open_rows,
       (select array_agg(s.number order by s.number) from step s where s.run_id = r.id and s.fence = r.fence) as steps,
       (select sum(s.writes) from step s where s.run_id = r.id)::integer as writes
  from sync_job_run r order by r.id"""
UNFINISHED = "select from sync_job_run where state in ('queued', 'running')"


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    execute(environment, CREATE_STEPS)
    return environment


async def request(environment: dict[str, str], folder: Path, runs: int) -> None:
    """Request runs, as the API does."""
    request = RunRequest(job_name=JOB, trigger=Trigger.HTTP, requested_by="a test", parameters={"folder": str(folder)})
    async with open_jobs(environment) as runtime:
        await Starter(ports=runtime.ports, registry=REGISTRY, spool_folder=runtime.spool_folder).prepare()
        for _ in range(runs):
            await runtime.ports.queue.request(request)


@pytest.fixture
def workers(environment: dict[str, str]) -> Iterator[Sequence["Popen[str]"]]:
    """Three workers with a short lease."""
    variables = {**environment, "JOB_LEASE_SECONDS": "6"}
    with ExitStack() as stack:
        yield [stack.enter_context(running(variables, "worker", "--runs", str(RUNS_PER_WORKER))) for _ in range(3)]


def stop(process: "Popen[str]") -> None:
    """Stop a worker, which must end without an error."""
    process.send_signal(signal.SIGTERM)
    assert process.wait(TIMEOUT_SECONDS) == 0


def wait_until_all_runs_have_ended(environment: dict[str, str]) -> None:
    eventually("all runs have ended", lambda: not query(environment, UNFINISHED))


def test_of_three_workers_one_is_killed_and_one_freezes_and_each_run_ends_once(
    environment: dict[str, str], workers: Sequence["Popen[str]"], tmp_path: Path
) -> None:
    killed, frozen, surviving = workers
    asyncio.run(request(environment, tmp_path, 20))
    in_hand = len(workers) * RUNS_PER_WORKER
    eventually("each worker has its runs in hand", lambda: query(environment, STEPS) == [{"steps": in_hand}])
    killed.send_signal(signal.SIGKILL)
    os.kill(frozen.pid, signal.SIGSTOP)
    for name in ("go-on", "end"):
        (tmp_path / name).touch()
    wait_until_all_runs_have_ended(environment)
    before = query(environment, ENDED)

    os.kill(frozen.pid, signal.SIGCONT)
    stop(frozen)
    stop(surviving)

    after = query(environment, ENDED)
    assert after == before
    assert [(each["state"], each["endings"], each["open_rows"], each["steps"]) for each in after] == [
        ("succeeded", 1, 0, [1, 2])
    ] * 20
    # Only the first step of the runs that were lost was written twice.
    assert sorted((each["resumes"], each["attempts"], each["writes"]) for each in after) == (
        [(0, 1, 2)] * (20 - 2 * RUNS_PER_WORKER) + [(1, 2, 3)] * 2 * RUNS_PER_WORKER
    )


@pytest.mark.parametrize("away_seconds", [1, 8])
@pytest.mark.parametrize("moment", ["start", "middle", "finish"])
def test_a_worker_with_several_runs_and_a_run_of_its_own_process_survive_an_outage(
    environment: dict[str, str], postgres: PrivatePostgres, tmp_path: Path, moment: str, away_seconds: float
) -> None:
    asyncio.run(request(environment, tmp_path, RUNS_PER_WORKER))
    alone = ("run", JOB, "--param", f"folder={tmp_path}")
    with ExitStack() as stack:
        if moment == "start":
            postgres.kill()
        worker, single = (
            stack.enter_context(running(environment, "worker")),
            stack.enter_context(running(environment, *alone)),
        )
        if moment == "start":
            assert single.wait(TIMEOUT_SECONDS) == 7
        else:
            wait_for_step(1, tmp_path, RUNS_PER_WORKER + 1)
        if moment == "middle":
            postgres.kill()
        (tmp_path / "go-on").touch()
        if moment == "finish":
            wait_for_step(2, tmp_path, RUNS_PER_WORKER + 1)
            postgres.kill()
        (tmp_path / "end").touch()
        time.sleep(away_seconds)  # the server is away for as long as the test says
        postgres.start()

        wait_until_all_runs_have_ended(environment)
        if moment != "start":
            assert single.wait(TIMEOUT_SECONDS) == 0
        asyncio.run(request(environment, tmp_path, 1))  # the worker goes on
        wait_until_all_runs_have_ended(environment)
        stop(worker)

    ended = query(environment, ENDED)
    runs = RUNS_PER_WORKER + (1 if moment == "start" else 2)
    assert [(each["state"], each["resumes"], each["endings"], each["open_rows"], each["steps"]) for each in ended] == [
        ("succeeded", 0, 1, 0, [1, 2])
    ] * runs
    assert list((tmp_path / "spool").glob("run-*")) == []


def wait_for_step(number: int, folder: Path, runs: int) -> None:
    eventually(f"step {number} of {runs} runs", lambda: len(list(folder.glob(f"step-{number}-*"))) == runs)
