"""The operation that lists the super tables of the readings store."""

from typing import Any

from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.readings.ports import TelemetryStore
from handlers._http import page_body


async def list_super_tables(
    catalogue: DeviceCatalogue, telemetry: TelemetryStore, *, page: int, page_size: int
) -> dict[str, Any]:
    """Return a page of the super tables, each with the device type that uses it."""
    tables = await telemetry.list_super_tables()
    users = {each.super_table: each.type_code for each in await catalogue.list_types(include_retired=True)}
    shown = tables[(page - 1) * page_size : page * page_size]
    items = [{"super_table": str(table), "type_code": users.get(table)} for table in shown]
    return {"product": telemetry.product, **page_body(items, page=page, page_size=page_size, total=len(tables))}
