"""sync_devices compares subtables with the master data; it writes only with apply=true, and never deletes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from adapters.postgres.device_info import PostgresDeviceInfo
from adapters.postgres.pool import Database, open_pool
from arcbeat.app import JobRuntime
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfoFilter
from arcbeat.domain.devices.ports import DeviceRegister
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState, Trigger
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.super_tables import Subtable
from arcbeat.domain.time.clock import utc_now
from jobs import sync_devices
from jobs.execution.start import Starter

ALL = DeviceInfoFilter()
NEW, VANISHED, ELSEWHERE = "14412T9001", "14412T9002", "14412T9003"


@pytest_asyncio.fixture
async def register(database_url: str) -> AsyncIterator[DeviceRegister]:
    """The registered devices, as an operator edits them."""
    async with open_pool(database_url, max_size=1) as pool:
        yield PostgresDeviceInfo(Database(pool))


async def prepare(runtime: JobRuntime, register: DeviceRegister) -> None:
    """Store readings of two devices, and register one of them with another type, and a third without readings."""
    ports = runtime.ports
    welding = await ports.device_types.get_type(WELDING)
    readings = [Reading(code, utc_now(), {}) for code in (NEW, ELSEWHERE)]
    await ports.telemetry.append(welding.super_table, readings)
    await register.add(VANISHED, DeviceFacts(device_name="焊机", device_type=WELDING))
    await register.add(ELSEWHERE, DeviceFacts(device_name="切割机", device_type="cutting"))


async def run_job(runtime: JobRuntime, *, apply: bool, dry_run: bool = False) -> Run:
    registry = {sync_devices.DEFINITION.name: sync_devices.JOB}
    starter = Starter(ports=runtime.ports, registry=registry, spool_folder=runtime.spool_folder)
    request = RunRequest(
        job_name=sync_devices.DEFINITION.name,
        trigger=Trigger.COMMAND_LINE,
        requested_by="a test",
        parameters={"apply": apply},
        dry_run=dry_run,
    )
    return await starter.start_run(request)


def codes(run: Run, kind: str) -> Any:
    assert run.state is RunState.SUCCEEDED, run.error_message
    types: Any = (run.result or {})["types"]
    return types[WELDING][kind]["device_codes"]


@pytest.mark.parametrize(("apply", "dry_run"), [(False, False), (True, True)])
async def test_differences_are_reported_and_nothing_is_written(
    runtime: JobRuntime, register: DeviceRegister, apply: bool, dry_run: bool
) -> None:
    await prepare(runtime, register)

    run = await run_job(runtime, apply=apply, dry_run=dry_run)

    assert codes(run, "new") == [NEW]
    assert codes(run, "vanished") == [VANISHED]
    assert codes(run, "other_type") == [ELSEWHERE]
    assert run.rows.written == 0
    assert await registered(register) == {VANISHED, ELSEWHERE}


async def test_new_devices_are_registered_once_and_none_is_deleted(
    runtime: JobRuntime, register: DeviceRegister
) -> None:
    await prepare(runtime, register)

    first, second = await run_job(runtime, apply=True), await run_job(runtime, apply=True)

    assert (first.rows.written, second.rows.written) == (1, 0)
    assert codes(second, "new") == []
    assert await registered(register) == {NEW, VANISHED, ELSEWHERE}
    added = await register.get(NEW)
    assert (added.facts.device_name, added.type_code) == (NEW, WELDING)


async def registered(register: DeviceRegister) -> set[str]:
    return {each.device_code async for batch in register.batches(ALL) for each in batch}


@pytest.mark.parametrize(
    ("tag", "name"),
    [("三号焊机", "三号焊机"), ("", None), (None, None), ("t_14412T9001", None), ("T_14412t9001", None)],
)
def test_a_tag_that_repeats_the_subtable_is_no_name(tag: str | None, name: str | None) -> None:
    assert sync_devices.name_of(Subtable("t_14412T9001", "14412T9001", {"name": tag})) == name
