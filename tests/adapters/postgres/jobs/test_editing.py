"""Runs write the master data of devices, and device types, behind their fence."""

from dataclasses import replace

import pytest

from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.device_info import PostgresDeviceInfo
from adapters.postgres.jobs.editing import fenced_catalogue_editor, fenced_device_register
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.device_info import DeviceFacts
from arcbeat.domain.errors import LeaseLost
from tests.adapters.postgres.jobs.conftest import Jobs

TYPE = "cutting"
FACTS = DeviceFacts(device_name="焊机", device_type="welding")


async def test_a_run_writes_devices_and_renews_its_lease(jobs: Jobs) -> None:
    await jobs.request()
    run = (await jobs.claim()).run
    register = fenced_device_register(jobs.database, run, lease_seconds=600)

    await register.add("W1", FACTS)
    await register.change("W1", {"device_name": "三号焊机"}, None)

    assert (await register.get("W1")).facts == replace(FACTS, device_name="三号焊机")
    renewed = await jobs.database.fetch_one("select lease_until > now() + interval '500 s' as so from sync_job_run")
    assert renewed == {"so": True}


async def test_a_run_that_was_taken_over_writes_no_device(jobs: Jobs) -> None:
    await PostgresDeviceInfo(jobs.database).add("W1", FACTS)
    await jobs.request()
    lost = (await jobs.claim()).run
    await jobs.lose_lease(lost)
    await jobs.queue.sweep()
    await jobs.claim()
    register = fenced_device_register(jobs.database, lost)

    with pytest.raises(LeaseLost):
        await register.add("W2", FACTS)
    with pytest.raises(LeaseLost):
        await register.change("W1", {"device_name": "三号焊机"}, None)
    with pytest.raises(LeaseLost):
        await register.remove("W1", None)

    devices = await jobs.database.fetch_all("select device_code, device_name from t_device_info")
    assert devices == [{"device_code": "W1", "device_name": "焊机"}]


async def test_a_run_changes_device_types_and_renews_its_lease(jobs: Jobs) -> None:
    await jobs.request()
    run = (await jobs.claim()).run

    await fenced_catalogue_editor(jobs.database, run, lease_seconds=600).change_type(TYPE, without_fields)

    changed = await PostgresCatalogue(jobs.database).get_type(TYPE)
    assert (changed.fields, changed.fields_version) == ((), 2)
    renewed = await jobs.database.fetch_one("select lease_until > now() + interval '500 s' as so from sync_job_run")
    assert renewed == {"so": True}


async def test_a_run_that_was_taken_over_changes_no_device_type(jobs: Jobs) -> None:
    before = await PostgresCatalogue(jobs.database).get_type(TYPE)
    await jobs.request()
    lost = (await jobs.claim()).run
    await jobs.lose_lease(lost)
    await jobs.queue.sweep()
    await jobs.claim()
    editor = fenced_catalogue_editor(jobs.database, lost)

    with pytest.raises(LeaseLost):
        await editor.change_type(TYPE, without_fields)
    with pytest.raises(LeaseLost):
        await editor.add_type(replace(before, type_code="other", aliases=()))

    types = {each.type_code: each for each in await PostgresCatalogue(jobs.database).list_types()}
    assert "other" not in types
    assert types[TYPE] == before


def without_fields(before: DeviceType) -> DeviceType:
    return replace(before, fields=())
