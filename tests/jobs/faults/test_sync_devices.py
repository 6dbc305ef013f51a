"""A process of sync_devices freezes, and wakes up after another one has taken its run over."""

import pytest

from tests.jobs.database import execute, query, wait_until_the_lease_has_ended
from tests.jobs.faults.freezing import SHORT_LEASE, freeze_when_it_waits, has_taken_over, locked, wake_without_the_run
from tests.jobs.programs import PRODUCT, running
from tests.support.waiting import eventually

SYNC = ("run", "sync_devices", "--param", "apply=true")
REGISTERED = "select device_code from t_device_info where device_code like 'NEW-%' order by 1"
ADD_READINGS = """
insert into test_db.welding_real_data (device_code, ts) select 'NEW-' || n, now() from generate_series(1, 3) n"""
BEFORE_A_WRITE = "lock table test_db.welding_real_data in access exclusive mode"
"""Lets the job wait before its first transaction that writes."""
WITHIN_A_WRITE = "select pg_advisory_xact_lock(hashtext('arcbeat: device codes'))"
"""Lets the job wait inside of its first transaction that writes: other writers have this lock."""


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, **SHORT_LEASE}


@pytest.mark.parametrize("lock", [BEFORE_A_WRITE, WITHIN_A_WRITE], ids=["before a write", "within a write"])
def test_a_frozen_process_that_wakes_after_its_run_was_taken_over_registers_no_device(
    environment: dict[str, str], lock: str
) -> None:
    execute(environment, ADD_READINGS)
    with running(environment, *SYNC, module=PRODUCT) as frozen:
        with locked(environment, lock):
            freeze_when_it_waits(environment, frozen)
        wait_until_the_lease_has_ended(environment)
        eventually("the run is taken over", lambda: has_taken_over(environment, SYNC))
        assert len(query(environment, REGISTERED)) == 3
        execute(environment, "delete from t_device_info where device_code like 'NEW-%'")  # an operator

        wake_without_the_run(frozen)

    assert query(environment, REGISTERED) == []
