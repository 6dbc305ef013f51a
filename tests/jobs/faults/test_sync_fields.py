"""A process of sync_fields freezes, and wakes up after another one has taken its run over."""

import pytest

from tests.jobs.database import execute, query, wait_until_the_lease_has_ended
from tests.jobs.faults.freezing import SHORT_LEASE, freeze_when_it_waits, has_taken_over, locked, wake_without_the_run
from tests.jobs.programs import PRODUCT, running
from tests.support.waiting import eventually

SYNC = ("run", "sync_fields", "--param", "apply=true")
COOLANT = "select fields_version from t_device_type_field join t_device_type using (type_code) where name = 'coolant'"
ADD_COLUMN = "alter table test_db.welding_real_data add column coolant int"
REMOVE_FIELD = "delete from t_device_type_field where name = 'coolant'"
BEFORE_A_WRITE = "lock table t_device_type in access exclusive mode"
"""Lets the job wait before its first transaction that writes."""
WITHIN_A_WRITE = "select pg_advisory_xact_lock(hashtext('arcbeat: spellings of device types'))"
"""Lets the job wait inside of its first transaction that writes: each change of a device type waits for this lock."""


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, **SHORT_LEASE}


@pytest.mark.parametrize("lock", [BEFORE_A_WRITE, WITHIN_A_WRITE], ids=["before a write", "within a write"])
def test_a_frozen_process_that_wakes_after_its_run_was_taken_over_imports_no_field(
    environment: dict[str, str], lock: str
) -> None:
    execute(environment, ADD_COLUMN)
    with running(environment, *SYNC, module=PRODUCT) as frozen:
        with locked(environment, lock):
            freeze_when_it_waits(environment, frozen)
        wait_until_the_lease_has_ended(environment)
        eventually("the run is taken over", lambda: has_taken_over(environment, SYNC))
        assert len(query(environment, COOLANT)) == 1
        execute(environment, REMOVE_FIELD)  # an administrator

        wake_without_the_run(frozen)

    assert query(environment, COOLANT) == []
