"""Processes of runs are killed, frozen and asked to stop."""

import os
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.jobs.database import query, wait_until_the_lease_has_ended
from tests.jobs.programs import TIMEOUT_SECONDS, events, run, running
from tests.support.pgbouncer import PgBouncer
from tests.support.waiting import eventually

WAYS = ("direct", "pgbouncer")
"""How the processes reach PostgreSQL."""


@pytest.fixture
def environment(request: pytest.FixtureRequest, environment: dict[str, str]) -> dict[str, str]:
    """A short lease, so that the tests need not wait long until a run can be taken over."""
    url = environment["DATABASE_URL"]
    if getattr(request, "param", WAYS[0]) == "pgbouncer":
        bouncer: PgBouncer = request.getfixturevalue("private_pgbouncer")
        url = bouncer.uri(url)
    return {**environment, "DATABASE_URL": url, "JOB_LEASE_SECONDS": "3"}


def logged(environment: dict[str, str]) -> list[tuple[int, str, str]]:
    statement = "select run_id, log_type, status from sync_job_log order by run_id, id"
    return [(row["run_id"], row["log_type"], row["status"]) for row in query(environment, statement)]


def end(process: "subprocess.Popen[str]") -> tuple[int, str]:
    out, err = process.communicate(timeout=TIMEOUT_SECONDS)
    return process.returncode, out + err


@pytest.mark.parametrize("environment", WAYS, indirect=True)
def test_a_killed_run_is_taken_up_again_by_the_next_start(environment: dict[str, str], tmp_path: Path) -> None:
    parameter = ("--param", f"folder={tmp_path}")
    with running(environment, "run", "patient", *parameter) as process:
        eventually("the work has begun", (tmp_path / "begun-1").exists)
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until_the_lease_has_ended(environment)
    (tmp_path / "end").touch()

    code, out, _ = run(environment, "run", "patient", *parameter)

    assert code == 0
    ended = [each for each in events(out) if each["event"] == "run_ended"]
    assert [(each["id"], each["state"], each["attempts"], each["resumes"]) for each in ended] == [
        (1, "succeeded", 2, 1),
        (2, "succeeded", 1, 0),
    ]
    assert logged(environment) == [
        (1, "execution_start", "success"),
        (1, "retry_attempt", "abandoned"),
        (1, "success", "success"),
        (2, "execution_start", "success"),
        (2, "success", "success"),
    ]


def test_a_run_that_kills_its_process_each_time_is_closed_in_the_end(environment: dict[str, str]) -> None:
    for _ in range(2):
        assert run(environment, "run", "suicidal")[0] == -signal.SIGKILL
        wait_until_the_lease_has_ended(environment)

    assert run(environment, "run", "suicidal")[0] == -signal.SIGKILL

    [first, second] = query(environment, "select state, resumes, attempts from sync_job_run order by id")
    assert first == {"state": "abandoned", "resumes": 1, "attempts": 2}
    assert second == {"state": "running", "resumes": 0, "attempts": 1}
    assert logged(environment)[:3] == [
        (1, "execution_start", "abandoned"),
        (1, "retry_attempt", "abandoned"),
        (1, "exception", "abandoned"),
    ]


@pytest.mark.parametrize("environment", WAYS, indirect=True)
@pytest.mark.parametrize("job", ["patient", "in_a_transaction"])
def test_a_frozen_process_that_wakes_after_its_run_was_taken_over_writes_nothing(
    environment: dict[str, str], tmp_path: Path, job: str
) -> None:
    """The process freezes between two transactions, or inside of one that has written a row."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("create table written (run_id bigint, attempt integer)")
    with running(environment, "run", job, "--param", f"folder={tmp_path}") as frozen:
        eventually("the work has begun", (tmp_path / "begun-1").exists)
        os.kill(frozen.pid, signal.SIGSTOP)
        wait_until_the_lease_has_ended(environment)
        (tmp_path / "end").touch()
        eventually("the run is taken over", lambda: take_over(environment, job, tmp_path))
        before = logged(environment)

        os.kill(frozen.pid, signal.SIGCONT)
        code, _ = end(frozen)

    assert code == 6
    assert logged(environment) == before
    assert query(environment, "select state, attempts, fence from sync_job_run where id = 1") == [
        {"state": "succeeded", "attempts": 2, "fence": 2}
    ]
    assert query(environment, "select from written where run_id = 1 and attempt = 1") == []


def take_over(environment: dict[str, str], job: str, folder: Path) -> bool:
    """Start the job; return whether the orphan was taken up again."""
    run(environment, "run", job, "--param", f"folder={folder}")
    [first] = query(environment, "select state from sync_job_run where id = 1")
    return bool(first["state"] == "succeeded")


def test_sigterm_lets_a_run_finish(environment: dict[str, str], tmp_path: Path) -> None:
    with running(environment, "run", "patient", "--param", f"folder={tmp_path}") as process:
        eventually("the work has begun", (tmp_path / "begun-1").exists)
        process.send_signal(signal.SIGTERM)
        (tmp_path / "end").touch()

        assert end(process)[0] == 0


@pytest.mark.parametrize("signals", [(signal.SIGTERM, signal.SIGTERM), (signal.SIGINT,), (signal.SIGTERM,)])
def test_a_run_that_is_stopped_is_logged_as_cancelled(
    environment: dict[str, str], tmp_path: Path, signals: tuple[signal.Signals, ...]
) -> None:
    with running(environment, "run", "patient", "--param", f"folder={tmp_path}") as process:
        eventually("the work has begun", (tmp_path / "begun-1").exists)
        for number in signals:
            process.send_signal(number)

        assert end(process)[0] == 5

    assert logged(environment) == [(1, "execution_start", "cancelled"), (1, "exception", "cancelled")]
