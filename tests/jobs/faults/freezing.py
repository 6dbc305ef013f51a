"""Freezes a process while its job waits for a lock, and wakes it up after another one has taken its run over."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import Popen

import psycopg

from tests.jobs.database import query
from tests.jobs.programs import PRODUCT, TIMEOUT_SECONDS, run
from tests.support.waiting import eventually

SHORT_LEASE = {"JOB_LEASE_SECONDS": "3"}
"""With it, the tests need not wait long until a run can be taken over."""
EXIT_LOST = 6


@contextmanager
def locked(environment: dict[str, str], statement: str) -> Iterator[None]:
    """Hold the lock that a statement takes, for which the job then waits."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute(statement)
        yield
        connection.rollback()


def freeze_when_it_waits(environment: dict[str, str], process: Popen[str]) -> None:
    """Stop a process once its job waits for the lock."""
    eventually("the job waits", lambda: bool(query(environment, "select from pg_locks where not granted")))
    os.kill(process.pid, signal.SIGSTOP)


def wake_without_the_run(frozen: Popen[str]) -> None:
    """Let a frozen process go on; it must find that it has lost its run."""
    os.kill(frozen.pid, signal.SIGCONT)
    assert frozen.wait(TIMEOUT_SECONDS) == EXIT_LOST


def has_taken_over(environment: dict[str, str], command: tuple[str, ...]) -> bool:
    """Start the same job again; return whether it has finished the first run."""
    run(environment, *command, module=PRODUCT)
    [first] = query(environment, "select state, resumes from sync_job_run order by id limit 1")
    return bool(first == {"state": "succeeded", "resumes": 1})
