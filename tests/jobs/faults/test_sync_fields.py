"""A process of sync_fields freezes, and wakes up after another one has taken its run over."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.jobs.database import execute, query, wait_until_the_lease_has_ended
from tests.jobs.programs import PRODUCT, TIMEOUT_SECONDS, run, running
from tests.support.waiting import eventually

SYNC = ("run", "sync_fields", "--param", "apply=true")
COOLANT = "select fields_version from t_device_type_field join t_device_type using (type_code) where name = 'coolant'"
ADD_COLUMN = "alter table test_db.welding_real_data add column coolant int"
REMOVE_FIELD = "delete from t_device_type_field where name = 'coolant'"
LOCK_TYPES = "select pg_advisory_xact_lock(hashtext('arcbeat: spellings of device types'))"
"""Each change of a device type waits for this lock."""


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """A short lease, so that the tests need not wait long until a run can be taken over."""
    return {**environment, "JOB_LEASE_SECONDS": "3"}


@contextmanager
def waiting_for_the_types(environment: dict[str, str]) -> Iterator[Callable[[], Any]]:
    """Let the job wait before its first transaction that writes; yield what lets it go on."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("lock table t_device_type in access exclusive mode")
        yield connection.rollback


@contextmanager
def waiting_for_other_editors(environment: dict[str, str]) -> Iterator[Callable[[], Any]]:
    """Let the job wait inside of its first transaction that writes; yield what lets it go on."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute(LOCK_TYPES)
        yield connection.rollback


@pytest.mark.parametrize("waiting", [waiting_for_the_types, waiting_for_other_editors])
def test_a_frozen_process_that_wakes_after_its_run_was_taken_over_imports_no_field(
    environment: dict[str, str], waiting: Any
) -> None:
    execute(environment, ADD_COLUMN)
    with running(environment, *SYNC, module=PRODUCT) as frozen:
        with waiting(environment) as go_on:
            eventually("the job waits", lambda: bool(query(environment, "select from pg_locks where not granted")))
            os.kill(frozen.pid, signal.SIGSTOP)
            go_on()
        wait_until_the_lease_has_ended(environment)
        eventually("the run is taken over", lambda: has_taken_over(environment))
        assert len(query(environment, COOLANT)) == 1
        execute(environment, REMOVE_FIELD)  # an administrator

        os.kill(frozen.pid, signal.SIGCONT)
        assert frozen.wait(TIMEOUT_SECONDS) == 6

    assert query(environment, COOLANT) == []


def has_taken_over(environment: dict[str, str]) -> bool:
    """Start the job again; return whether it has finished the first run."""
    run(environment, *SYNC, module=PRODUCT)
    [first] = query(environment, "select state, resumes from sync_job_run order by id limit 1")
    return bool(first == {"state": "succeeded", "resumes": 1})
