"""Operations on the history of one device: in pages, and as a file."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson

from arcbeat.domain.catalogue.device_types import DeviceType, Field, Label
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.files.export_progress import ShareRead
from arcbeat.domain.files.tables import TableColumn, TableFormat, TableWriter
from arcbeat.domain.identity.identity import Caller
from arcbeat.domain.readings.chosen_fields import choose_fields
from arcbeat.domain.readings.history import PAGE_ROWS_MAX
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import HistoryQuery, Order, Reading
from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP, ColumnType, Value, encodable_value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import Clock
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.services.history import history_page, history_pages
from handlers._fields import fields_body
from handlers._files import (
    DEVICE_CODE_LABEL,
    FileResponse,
    counted,
    field_column,
    file_response,
    in_zone,
    timestamp_column,
)
from handlers._http import preferred_language, query_errors
from handlers._time import parse_range, parse_time_zone
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
    """Return a page of readings: the first one, or the one after a cursor."""
    parameters = (device_code, from_, to, fields, order)
    start = Cursor.decode(cursor, *parameters) if cursor else None
    within = start.within if start else parse_range(from_, to, clock())
    device_type = await common_type(catalogue, devices, [device_code])
    chosen = await _chosen_fields(telemetry, device_type, fields)
    query = _query(device_code, within, chosen, order, limit=page_size)
    page = await history_page(telemetry, device_type.super_table, query, start.position if start else None)
    result = {
        "device_code": device_code,
        "type_code": device_type.type_code,
        "items": [_reading_body(reading, chosen) for reading in page.readings],
        "next_cursor": Cursor(within, page.end).encode(*parameters) if page.end else None,
        "fields_version": device_type.fields_version,
        "fields": fields_body(chosen, preferred_language(accept_language)),
    }
    return orjson.dumps(result, option=orjson.OPT_UTC_Z)


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
    caller: Caller,
) -> FileResponse:
    """Return all readings of a range as a file, one row per reading."""
    within, zone = parse_range(from_, to, clock()), parse_time_zone(time_zone)
    device_type = await common_type(catalogue, devices, [device_code])
    chosen = await _chosen_fields(telemetry, device_type, fields)
    language, table_format = preferred_language(accept_language), TableFormat(format)
    columns = [
        TableColumn(DEVICE_CODE, DEVICE_CODE_LABEL.text(language), ColumnType.NCHAR),
        timestamp_column(TIMESTAMP, _TIMESTAMP, zone, language),
        *(field_column(field, zone, language) for field in chosen),
    ]
    query = _query(device_code, within, chosen, order, limit=PAGE_ROWS_MAX)
    rows = counted(_rows(telemetry, device_type.super_table, query, zone), caller.download, _share_read(query))
    return file_response(f"history {device_code}", table_format, table_writer.write(table_format, columns, rows))


async def _chosen_fields(telemetry: TelemetryStore, device_type: DeviceType, names: Sequence[str]) -> tuple[Field, ...]:
    columns = await telemetry.describe(device_type.super_table)
    with query_errors():
        return choose_fields(device_type, columns, names)


def _query(device_code: str, within: TimeRange, fields: Sequence[Field], order: str, *, limit: int) -> HistoryQuery:
    return HistoryQuery(
        device_code=device_code,
        start=within.start,
        end=within.end,
        # Always with ts: an empty tuple would select all columns.
        fields=(TIMESTAMP, *(field.name for field in fields)),
        order=Order(order),
        limit=limit,
    )


def _reading_body(reading: Reading, fields: Sequence[Field]) -> dict[str, Any]:
    values = {field.name: encodable_value(field.type, reading.values[field.name]) for field in fields}
    return {"ts": reading.ts, "values": values}


def _share_read(query: HistoryQuery) -> ShareRead:
    """Return a function that computes which share of the range the timestamp of the last row has passed."""

    def share(_: int, row: Sequence[Value]) -> float:
        ts = cast("datetime", row[1])
        passed = ts - query.start if query.order is Order.ASCENDING else query.end - ts
        return passed / (query.end - query.start)

    return share


async def _rows(
    telemetry: TelemetryStore, table: SuperTable, query: HistoryQuery, zone: ZoneInfo
) -> AsyncIterator[Sequence[Sequence[Value]]]:
    names = query.fields[1:]
    async for readings in history_pages(telemetry, table, query):
        yield [in_zone((each.device_code, each.ts, *(each.values[name] for name in names)), zone) for each in readings]
