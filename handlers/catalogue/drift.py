"""The operation that compares a device type with its super table."""

from dataclasses import asdict
from typing import Any

from arcbeat.domain.catalogue.drift import field_drift
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.columns import Column
from arcbeat.services.device_drift import find_device_drift
from arcbeat.services.super_tables import describe_super_table
from handlers._http import page_body


async def get_drift(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    *,
    type_code: str,
    page: int,
    page_size: int,
) -> dict[str, Any]:
    """Return the differences between fields and columns, and a page of the devices that only one side has."""
    device_type = await catalogue.get_type(type_code, include_retired=True)
    fields = field_drift(device_type.fields, await describe_super_table(telemetry, device_type.super_table))
    found = await find_device_drift(devices, telemetry, device_type, offset=(page - 1) * page_size, limit=page_size)
    return {
        "type_code": device_type.type_code,
        "super_table": str(device_type.super_table),
        "fields_version": device_type.fields_version,
        "missing": fields.missing,
        "surplus": [_column_body(column) for column in fields.surplus],
        "changed": [asdict(each) for each in fields.changed],
        "too_short": [asdict(each) for each in fields.too_short],
        **page_body([asdict(each) for each in found.devices], page=page, page_size=page_size, total=found.total),
    }


def _column_body(column: Column) -> dict[str, Any]:
    return {"name": column.name, "type": column.type, "length": column.length}
