"""Readings of one device by time."""

from collections.abc import Sequence
from typing import Any

import orjson

from arcbeat.domain.appending import TIMESTAMP
from arcbeat.domain.chosen_fields import choose_fields
from arcbeat.domain.columns import to_json
from arcbeat.domain.cursors import Cursor
from arcbeat.domain.device_types import Field
from arcbeat.domain.history import history_page
from arcbeat.domain.ports import Clock, DeviceCatalogue, DeviceDirectory, TelemetryStore
from arcbeat.domain.readings import HistoryQuery, Order, Reading
from arcbeat.domain.time_ranges import time_range
from handlers import asked_devices, languages
from handlers.fields import listed


async def list_history(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    clock: Clock,
    *,
    device_code: str,
    from_: str,
    to: str | None,
    fields: list[str],
    order: str,
    page_size: int,
    cursor: str | None,
    accept_language: str | None,
) -> bytes:
    """A page of readings, from the beginning or from where the page before ended."""
    asked = (device_code, from_, to, fields, order)
    place = Cursor.decode(cursor, *asked) if cursor else None
    within = place.within if place else time_range(from_, to, clock())
    device_type = await asked_devices.type_of(catalogue, devices, [device_code])
    chosen = choose_fields(device_type, await telemetry.describe(device_type.super_table), fields)
    query = HistoryQuery(
        device_code=device_code,
        start=within.start,
        end=within.end,
        fields=_columns(chosen),
        order=Order(order),
        limit=page_size,
    )
    page = await history_page(telemetry, device_type.super_table, query, place.position if place else None)
    return orjson.dumps(
        {
            "device_code": device_code,
            "type_code": device_type.type_code,
            "items": [_shown(reading, chosen) for reading in page.readings],
            "next_cursor": Cursor(within, page.following).encode(*asked) if page.following else None,
            "fields_version": device_type.fields_version,
            "fields": listed(chosen, languages.preferred(accept_language)),
        },
        option=orjson.OPT_UTC_Z,
    )


def _columns(fields: Sequence[Field]) -> tuple[str, ...]:
    """With ts, because no columns at all would be all of them."""
    return (TIMESTAMP, *(field.name for field in fields))


def _shown(reading: Reading, fields: Sequence[Field]) -> dict[str, Any]:
    values = {field.name: to_json(field.type, reading.values[field.name]) for field in fields}
    return {"ts": reading.ts, "values": values}
