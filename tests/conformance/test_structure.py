"""What a store reports about itself: super tables, devices and version."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.services.super_table_creation import create_super_table
from tests.conformance.columns import EVERY_TYPE, TAGS, WELDING
from tests.conformance.conftest import CreateTable
from tests.conformance.harness import Harness
from tests.support.catalogue import CUTTING

T0 = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)


async def test_a_super_table_is_described_as_it_was_created(store: TelemetryStore, create_table: CreateTable) -> None:
    table = await create_table(EVERY_TYPE)

    assert list(await store.describe(table)) == list(EVERY_TYPE)


async def test_creating_a_super_table_again_changes_nothing(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await store.append(welding, [Reading("M1", T0, {"ip_quality": 1})])

    await harness.create_super_table(welding, WELDING)

    assert list(await store.describe(welding)) == list(WELDING)
    assert list(await store.latest(welding, ["M1"])) == ["M1"]


async def test_a_missing_super_table_or_database_raises_object_missing(store: TelemetryStore, harness: Harness) -> None:
    for missing in (SuperTable(harness.database, "no_such_table"), SuperTable("no_such_database", "no_such_table")):
        with pytest.raises(StoreObjectMissing):
            await store.describe(missing)
        with pytest.raises(StoreObjectMissing):
            await store.list_devices(missing)


async def test_a_new_super_table_has_no_devices(store: TelemetryStore, welding: SuperTable) -> None:
    assert list(await store.list_devices(welding)) == []


async def test_devices_are_listed_with_their_tables_and_tags(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [Reading(code, T0, {"ip_quality": 1}) for code in ("14412T0007", "14412T0006")])

    devices = await store.list_devices(welding)

    assert [(device.device_code, device.name, device.tags["name"]) for device in devices] == [
        ("14412T0006", "t_14412t0006", "t_14412T0006"),
        ("14412T0007", "t_14412t0007", "t_14412T0007"),
    ]


async def test_devices_of_other_programs_are_listed_once_per_subtable(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    for second, subtable in enumerate(("welder_7", "T_Mixed1")):
        ts = T0 + timedelta(seconds=second)
        await harness.insert_as_other_program(welding, f"{subtable}_{welding.name}", "M1", ts, {"weld_current": 1.0})

    devices = await store.list_devices(welding)

    assert [device.device_code for device in devices] == ["M1"] * (2 if harness.has_subtables else 1)


async def test_tags_that_another_program_did_not_set_are_null(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await store.append(welding, [Reading("M2", T0, {"ip_quality": 1})])
    await harness.insert_as_other_program(welding, f"welder_7_{welding.name}", "M1", T0, {"ip_quality": 1})

    devices = await store.list_devices(welding)

    assert [(device.device_code, device.tags["name"]) for device in devices] == [("M1", None), ("M2", "t_M2")]


async def test_many_devices_are_listed_in_the_order_of_their_codes(store: TelemetryStore, welding: SuperTable) -> None:
    codes = [f"{number * 7919 % 700:04}" for number in range(700)]
    await store.append(welding, [Reading(code, T0, {"ip_quality": 1}) for code in codes])

    assert [device.device_code for device in await store.list_devices(welding)] == sorted(codes)


async def test_tags_of_other_types_and_added_columns_are_described(
    store: TelemetryStore, create_table: CreateTable, harness: Harness
) -> None:
    bay = Column(name="bay", type=ColumnType.SMALLINT, is_tag=True)
    gas = Column(name="assist_gas", type=ColumnType.NCHAR, length=20)
    table = await create_table((*WELDING, bay))

    await harness.add_column(table, gas)

    assert list(await store.describe(table)) == [*WELDING[:-2], gas, *TAGS, bay]


async def test_a_dropped_super_table_raises_object_missing(
    store: TelemetryStore, create_table: CreateTable, harness: Harness
) -> None:
    table = await create_table(WELDING)
    await store.append(table, [Reading("M1", T0, {"ip_quality": 1})])
    await store.list_devices(table)

    await harness.drop_super_table(table)

    with pytest.raises(StoreObjectMissing):
        await store.describe(table)
    with pytest.raises(StoreObjectMissing):
        await store.list_devices(table)


async def test_a_store_that_responds_is_ready_and_reports_its_version(
    store: TelemetryStore, welding: SuperTable
) -> None:
    health = await store.check([welding])

    assert (health.name, health.ready, health.version) == ("telemetry", True, await store.ping())
    assert int((health.version or "").split(".")[0]) >= 3
    assert health.latency_ms > 0


async def test_a_missing_super_table_is_advice_and_the_store_stays_ready(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    health = await store.check([welding, SuperTable(harness.database, "no_such_table")])

    assert health.ready
    assert any(f"{harness.database}.no_such_table" in advice.detail for advice in health.advice)


async def test_a_super_table_is_created_from_the_fields_of_a_device_type_and_never_changed(
    store: TelemetryStore, harness: Harness
) -> None:
    table = SuperTable(harness.database, f"st_{uuid.uuid4().hex[:16]}")
    columns = [column for column in EVERY_TYPE if not column.is_tag and column.name != "ts"]
    fields = tuple(
        Field(name=column.name, label=Label("x", "x"), type=column.type, max_length=_characters(column))
        for column in columns
    )
    device_type = replace(CUTTING, super_table=table, fields=fields)

    created = await create_super_table(store, device_type)
    again = await create_super_table(store, replace(device_type, fields=fields[:1]))

    described = list(await store.describe(table))
    assert (created, again) == (True, False)
    assert [(each.name, each.type, each.is_tag) for each in described] == [
        ("ts", ColumnType.TIMESTAMP, False),
        *((each.name, each.type, False) for each in columns),
        ("device_code", ColumnType.NCHAR, True),
        ("name", ColumnType.NCHAR, True),
    ]
    result = await store.append(table, [Reading("M1", T0, {columns[0].name: None})])
    assert result.accepted == 1


def _characters(column: Column) -> int | None:
    return column.length if column.type is ColumnType.NCHAR else None


async def test_a_super_table_is_listed_from_its_creation_until_it_is_dropped(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    listed = list(await store.list_super_tables())
    await harness.drop_super_table(welding)

    assert listed == sorted(listed)
    assert welding in listed
    assert welding not in await store.list_super_tables()


async def test_a_table_whose_name_no_device_type_can_have_is_not_listed(
    store: TelemetryStore, harness: Harness
) -> None:
    if harness.has_subtables:
        name = f"`{harness.database}`.`st 焊机`"
        await harness.execute(f"create stable {name} (ts timestamp, depth float) tags (device_code nchar(50))")
    else:
        name = f'"{harness.database}"."st 焊机"'
        await harness.execute(f"create table {name} (ts timestamptz, depth real, device_code text)")

    assert [table for table in await store.list_super_tables() if not table.name.isascii()] == []
