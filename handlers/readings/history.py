"""Readings of one device by time, in pages or as a file."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.files.tables import TableColumn, TableFormat, TableWriter
from arcbeat.domain.readings.appending import DEVICE_CODE, TIMESTAMP
from arcbeat.domain.readings.chosen_fields import choose_fields
from arcbeat.domain.readings.columns import ColumnType, Value, encodable_value
from arcbeat.domain.readings.history import PAGE_ROWS_MAX, history_page, history_pages
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import HistoryQuery, Order, Reading, SuperTable
from arcbeat.domain.time.clock import Clock
from arcbeat.domain.time.time_ranges import TimeRange, time_range
from arcbeat.domain.time.zones import zone_named
from handlers._fields import fields_body
from handlers._files import DEVICE_CODE_LABEL, FileAnswer, field_column, file_answer, in_zone, timestamp_column
from handlers._http import preferred_language
from handlers.devices._selection import common_type
from handlers.readings.cursors import Cursor

_TIMESTAMP = Label("时间戳", "Timestamp")


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
    device_type = await common_type(catalogue, devices, [device_code])
    chosen = choose_fields(device_type, await telemetry.describe(device_type.super_table), fields)
    query = _query(device_code, within, chosen, order, limit=page_size)
    page = await history_page(telemetry, device_type.super_table, query, place.position if place else None)
    answer = {
        "device_code": device_code,
        "type_code": device_type.type_code,
        "items": [_shown(reading, chosen) for reading in page.readings],
        "next_cursor": Cursor(within, page.following).encode(*asked) if page.following else None,
        "fields_version": device_type.fields_version,
        "fields": fields_body(chosen, preferred_language(accept_language)),
    }
    return orjson.dumps(answer, option=orjson.OPT_UTC_Z)


async def export_history(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    table_writer: TableWriter,
    clock: Clock,
    *,
    device_code: str,
    from_: str,
    to: str | None,
    fields: list[str],
    order: str,
    format: str,  # noqa: A002 -- the contract's name
    time_zone: str,
    accept_language: str | None,
) -> FileAnswer:
    """All readings of a range, a row each."""
    within, zone = time_range(from_, to, clock()), zone_named(time_zone)
    device_type = await common_type(catalogue, devices, [device_code])
    chosen = choose_fields(device_type, await telemetry.describe(device_type.super_table), fields)
    language, table_format = preferred_language(accept_language), TableFormat(format)
    columns = [
        TableColumn(DEVICE_CODE, DEVICE_CODE_LABEL.text(language), ColumnType.NCHAR),
        timestamp_column(TIMESTAMP, _TIMESTAMP, zone, language),
        *(field_column(field, zone, language) for field in chosen),
    ]
    query = _query(device_code, within, chosen, order, limit=PAGE_ROWS_MAX)
    rows = _rows(telemetry, device_type.super_table, query, zone)
    return file_answer(f"history {device_code}", table_format, table_writer.write(table_format, columns, rows))


def _query(device_code: str, within: TimeRange, fields: Sequence[Field], order: str, *, limit: int) -> HistoryQuery:
    return HistoryQuery(
        device_code=device_code,
        start=within.start,
        end=within.end,
        # with ts, because no columns at all would be all of them
        fields=(TIMESTAMP, *(field.name for field in fields)),
        order=Order(order),
        limit=limit,
    )


def _shown(reading: Reading, fields: Sequence[Field]) -> dict[str, Any]:
    values = {field.name: encodable_value(field.type, reading.values[field.name]) for field in fields}
    return {"ts": reading.ts, "values": values}


async def _rows(
    telemetry: TelemetryStore, table: SuperTable, query: HistoryQuery, zone: ZoneInfo
) -> AsyncIterator[Sequence[Sequence[Value]]]:
    names = query.fields[1:]
    async for readings in history_pages(telemetry, table, query):
        yield [in_zone((each.device_code, each.ts, *(each.values[name] for name in names)), zone) for each in readings]
