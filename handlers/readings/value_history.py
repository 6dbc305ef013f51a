"""The operation that finds the readings of several devices in which a field has one value."""

from typing import Any

import orjson

from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.readings.chosen_fields import choose_fields
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Order, ValueQuery
from arcbeat.domain.readings.value_search import check_range, parse_value, searched_column
from arcbeat.domain.schema.columns import encodable_value
from arcbeat.domain.time.clock import Clock
from arcbeat.services.value_search import value_page
from handlers._fields import fields_body
from handlers._http import preferred_language, query_errors
from handlers._time import parse_range
from handlers.devices._selection import requested_type
from handlers.readings.value_cursors import ValueCursor


async def list_history_by_value(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    clock: Clock,
    *,
    type_code: str | None,
    device_code: list[str],
    field: str,
    value: str,
    from_: str,
    to: str | None,
    fields: list[str],
    order: str,
    page_size: int,
    cursor: str | None,
    accept_language: str | None,
) -> bytes:
    """Return a page of readings: the first one, or the one after a cursor."""
    parameters = (type_code, sorted(device_code), field, value, from_, to, fields, order)
    start = ValueCursor.decode(cursor, *parameters) if cursor else None
    within = start.within if start else parse_range(from_, to, clock())
    device_type = await requested_type(catalogue, devices, type_code, device_code)
    columns = await telemetry.describe(device_type.super_table)
    with query_errors(start="from"):
        check_range(within)
        column = searched_column(columns, field)
        chosen = choose_fields(device_type, columns, fields)
        query = ValueQuery(
            device_codes=tuple(sorted(device_code)) or None,
            column=column,
            value=parse_value(column, value),
            start=within.start,
            end=within.end,
            fields=tuple(each.name for each in chosen),
            order=Order(order),
            limit=page_size,
        )
    page = await value_page(telemetry, devices, device_type, query, start.position if start else None)
    result: dict[str, Any] = {
        "type_code": device_type.type_code,
        "items": [
            {
                "device_code": each.device_code,
                "ts": each.ts,
                "values": {name.name: encodable_value(name.type, each.values[name.name]) for name in chosen},
            }
            for each in page.readings
        ],
        "next_cursor": ValueCursor(within, page.end).encode(*parameters) if page.end else None,
        "fields_version": device_type.fields_version,
        "fields": fields_body(chosen, preferred_language(accept_language)),
    }
    return orjson.dumps(result, option=orjson.OPT_UTC_Z)
