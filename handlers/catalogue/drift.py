"""Where a kind of machine and its super table differ."""

from dataclasses import asdict
from typing import Any

from arcbeat.domain.catalogue.drift import device_drift, field_drift
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.readings.columns import Column
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.services.super_tables import describe_super_table


async def get_drift(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    *,
    type_code: str,
    page: int,
    page_size: int,
) -> dict[str, Any]:
    """The fields beside the columns, and a page of the devices that only one side knows."""
    device_type = await catalogue.get_type(type_code, include_retired=True)
    of_fields = field_drift(device_type.fields, await describe_super_table(telemetry, device_type.super_table))
    subtables = await telemetry.list_devices(device_type.super_table)
    registered = await devices.all_codes(device_type)
    of_devices = device_drift(registered, subtables, offset=(page - 1) * page_size, limit=page_size)
    return {
        "type_code": device_type.type_code,
        "super_table": str(device_type.super_table),
        "fields_version": device_type.fields_version,
        "missing": of_fields.missing,
        "surplus": [_shown(column) for column in of_fields.surplus],
        "changed": [asdict(each) for each in of_fields.changed],
        "items": [asdict(each) for each in of_devices.devices],
        "page": page,
        "page_size": page_size,
        "total": of_devices.total,
    }


def _shown(column: Column) -> dict[str, Any]:
    return {"name": column.name, "type": column.type, "length": column.length}
