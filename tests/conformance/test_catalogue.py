"""The fields of a new device type are imported from the description of its super table."""

from datetime import timedelta

from arcbeat.domain.catalogue.drift import DriftKind, FieldDrift, field_drift
from arcbeat.domain.catalogue.field_import import propose
from arcbeat.domain.catalogue.field_rules import check_fields
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import utc_now
from arcbeat.services.device_drift import device_drift
from arcbeat.services.super_tables import describe_super_table
from tests.conformance.columns import EVERY_TYPE
from tests.conformance.conftest import CreateTable
from tests.conformance.harness import Harness


async def test_columns_of_every_type_are_imported_and_do_not_drift(
    store: TelemetryStore, create_table: CreateTable
) -> None:
    columns = await describe_super_table(store, await create_table(EVERY_TYPE))

    imported = propose((), columns, drop_missing=False)

    check_fields(imported.fields)
    assert [(field.name, field.type) for field in imported.fields] == [
        (column.name, column.type) for column in EVERY_TYPE if column.name != "ts" and not column.is_tag
    ]
    assert field_drift(imported.fields, columns) == FieldDrift(missing=(), surplus=(), changed=())


async def test_an_added_column_is_drift_until_it_is_imported(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    fields = propose((), await describe_super_table(store, welding), drop_missing=False).fields
    await harness.add_column(welding, Column(name="added", type=ColumnType.DOUBLE))

    columns = await describe_super_table(store, welding)
    imported = propose(fields, columns, drop_missing=False)

    assert [column.name for column in field_drift(fields, columns).surplus] == ["added"]
    assert (imported.fields[: len(fields)], imported.added) == (fields, ("added",))


async def test_devices_known_only_to_the_store_or_only_to_the_master_data_are_reported(
    store: TelemetryStore, welding: SuperTable
) -> None:
    ts = utc_now() - timedelta(minutes=1)
    await store.append(welding, [Reading(code, ts, {"ip_quality": 1}) for code in ("M1", "M2")])

    drift = await device_drift(frozenset({"M2", "M3"}), await store.list_devices(welding), offset=0, limit=10)

    assert [(each.device_code, each.drift, each.subtable is None) for each in drift.devices] == [
        ("M1", DriftKind.UNREGISTERED, False),
        ("M3", DriftKind.VANISHED, True),
    ]
