"""A process of sync_statistics is killed or frozen during a backfill, and another one takes its run over."""

import os
import signal

import pytest

from tests.jobs.database import execute, query, wait_until_the_lease_has_ended
from tests.jobs.faults.freezing import SHORT_LEASE, freeze_when_it_waits, locked, wake_without_the_run
from tests.jobs.programs import PRODUCT, TIMEOUT_SECONDS, run, running
from tests.support.waiting import eventually

REGISTER = """
insert into t_device_info (device_code, device_name, device_type)
select 'W' || n, 'W' || n, 'welding' from generate_series(1, 700) n"""
ADD_READINGS = """
insert into test_db.welding_real_data (device_code, ts, device_status)
select 'W' || n, '2026-01-01 08:00+00'::timestamptz + d * interval '1 day', '焊接'
  from generate_series(1, 700) n, generate_series(0, 1) d"""
BACKFILL = ("run", "sync_statistics", "--from", "2026-01-01", "--to", "2026-01-02", "--param", "type_code=welding")
DAYS = "select ts, count(*) as n from test_db.welding_state_daily where welding_minutes = 1 group by ts order by ts"
BETWEEN_THE_DAYS = "lock table test_db.welding_state_daily_summary in access exclusive mode"
"""Lets the job wait before it writes the summary of the first day, while the rows of the devices are written."""
WITH_LOCKS = "lock table test_db.welding_state_daily__tags in access exclusive mode"
"""Lets the job wait in the transaction that has written rows of new devices, before it stores their tags."""
BEFORE_A_READ = "lock table test_db.welding_real_data in access exclusive mode"
ADD_DEVICE = "insert into t_device_info (device_code, device_name, device_type) values ('A', 'A', 'welding')"
SUMMARIES = "select devices from test_db.welding_state_daily_summary order by ts"


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    environment = {**environment, **SHORT_LEASE, "RETENTION_HOURS": "0"}
    execute(environment, "delete from t_device_info")
    execute(environment, REGISTER)
    execute(environment, ADD_READINGS)
    # A run of another day creates the tables.
    run(environment, "run", "sync_statistics", "--from", "2025-12-30", "--to", "2025-12-30", module=PRODUCT)
    return environment


def test_a_backfill_whose_process_was_killed_is_taken_up_again_and_keeps_what_was_written(
    environment: dict[str, str],
) -> None:
    with locked(environment, BETWEEN_THE_DAYS), running(environment, *BACKFILL, module=PRODUCT) as killed:
        eventually("the first day is written", lambda: [each["n"] for each in query(environment, DAYS)] == [700])
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait(TIMEOUT_SECONDS)
    first_day = query(environment, "select * from test_db.welding_state_daily where ts = '2026-01-01' order by 1")
    wait_until_the_lease_has_ended(environment)

    eventually("the run is taken over", lambda: has_taken_over(environment))

    assert [each["n"] for each in query(environment, DAYS)] == [700, 700]
    assert [each["devices"] for each in query(environment, SUMMARIES)] == [700, 700, 700]
    assert first_day == query(
        environment, "select * from test_db.welding_state_daily where ts = '2026-01-01' order by 1"
    )


def test_a_frozen_process_that_wakes_after_its_run_was_taken_over_ends_without_going_on(
    environment: dict[str, str],
) -> None:
    with running(environment, *BACKFILL, module=PRODUCT) as frozen:
        with locked(environment, BEFORE_A_READ):
            freeze_when_it_waits(environment, frozen)
        wait_until_the_lease_has_ended(environment)
        eventually("the run is taken over", lambda: has_taken_over(environment))
        stored = query(environment, DAYS)

        wake_without_the_run(frozen)

    assert query(environment, DAYS) == stored
    assert [each["n"] for each in stored] == [700, 700]


def test_a_process_that_freezes_with_rows_locked_does_not_hold_up_its_successor(environment: dict[str, str]) -> None:
    execute(environment, ADD_DEVICE)
    with running(environment, *BACKFILL, module=PRODUCT) as frozen:
        with locked(environment, WITH_LOCKS):
            freeze_when_it_waits(environment, frozen)
        wait_until_the_lease_has_ended(environment)

        eventually("the run is taken over", lambda: has_taken_over(environment))

        wake_without_the_run(frozen)
    assert [each["devices"] for each in query(environment, SUMMARIES)] == [701, 701, 701]


def has_taken_over(environment: dict[str, str]) -> bool:
    """Start a run of another day; return whether the interrupted run has ended before it."""
    run(environment, "run", "sync_statistics", "--from", "2025-12-30", "--to", "2025-12-30", module=PRODUCT)
    runs = query(environment, "select state, resumes from sync_job_run where parameters->>'from' = '2026-01-01'")
    return runs == [{"state": "succeeded", "resumes": 1}]
