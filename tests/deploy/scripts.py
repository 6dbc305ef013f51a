"""Starts scripts as schedulers do."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL

from tests.support.service import Service
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 60


@contextmanager
def running(environment: Mapping[str, str], *command: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process group of its own, and kill what is left of the group at the end."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, SIGKILL)
        process.wait(TIMEOUT_SECONDS)
        if process.stdout:
            process.stdout.close()


def run(environment: Mapping[str, str], *command: str) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed."""
    with running(environment, *command) as process:
        out, _ = process.communicate(timeout=TIMEOUT_SECONDS)
    return process.returncode, out


def last_state(service: Service, job: str) -> str | None:
    """Return the state of the newest run of a job."""
    states = _column(service, "state", job)
    return states[-1] if states else None


def wait_for(service: Service, job: str, state: str) -> None:
    """Wait until the newest run of a job is in a state."""
    eventually(f"a run of {job} is {state}", lambda: last_state(service, job) == state)


def keys(service: Service, job: str) -> list[str]:
    """Return the idempotency keys of the runs of a job, the oldest first."""
    return _column(service, "idempotency_key", job)


def _column(service: Service, column: str, job: str) -> list[str]:
    runs = f"from sync_job_run r join sync_job j on j.id = r.job_id where name = '{job}'"
    return list(service.fetch_value(f"select array_agg({column} order by r.id) {runs}") or [])
