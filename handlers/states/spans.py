"""Operations on state spans: when devices were in which state, in pages and as a file."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson

from arcbeat.domain.catalogue.device_types import DeviceType, Label
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.files.export_progress import ShareRead
from arcbeat.domain.files.tables import TableColumn, TableFormat, TableWriter
from arcbeat.domain.identity.identity import Caller
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.columns import DEVICE_CODE, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.runs import StateRunQuery
from arcbeat.domain.states.spans import StateSpan
from arcbeat.domain.states.state_time import StateRules, check_device_time, check_state_field
from arcbeat.domain.time.clock import Clock
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.services.state_runs import read_spans
from arcbeat.services.state_spans import span_page
from handlers._files import DEVICE_CODE_LABEL, FileResponse, counted, file_response, in_zone, timestamp_column
from handlers._http import preferred_language, query_errors
from handlers._time import parse_range, parse_time_zone
from handlers.devices._selection import common_type
from handlers.states.cursors import SpanCursor

PAGE_ROWS = 5_000
"""Rows of a file that are encoded together."""

_KIND, _STATE = Label("类别", "Kind"), Label("状态", "State")
_START, _END = Label("开始时间", "Start"), Label("结束时间", "End")


async def list_state_spans(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    clock: Clock,
    *,
    device_code: list[str],
    from_: str,
    to: str | None,
    page_size: int,
    cursor: str | None,
) -> bytes:
    """Return a page of spans: the first one, or the one after a cursor."""
    parameters = (sorted(device_code), from_, to)
    start = SpanCursor.decode(cursor, *parameters) if cursor else None
    if start is not None:
        start.check_device(device_code)
    within = start.within if start else parse_range(from_, to, clock())
    with query_errors(start="from"):
        check_device_time(len(device_code), within)
    device_type = await _type(catalogue, devices, telemetry, device_code)
    page = await span_page(
        telemetry,
        device_type.super_table,
        _query(device_type, device_code, within),
        limit=page_size,
        position=start.position if start else None,
    )
    rules = StateRules.of(device_type)
    result = {
        "items": [_body(span) for span in page.spans],
        "next_cursor": SpanCursor(within, page.end).encode(*parameters) if page.end else None,
        "type_code": device_type.type_code,
        "states": rules.listed_states,
        "offline_states": rules.offline_states,
    }
    return orjson.dumps(result, option=orjson.OPT_UTC_Z)


async def export_state_spans(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    table_writer: TableWriter,
    clock: Clock,
    *,
    device_code: list[str],
    from_: str,
    to: str | None,
    format: str,  # noqa: A002 -- the contract's name
    time_zone: str,
    accept_language: str | None,
    caller: Caller,
) -> FileResponse:
    """Return all spans of a range as a file, one row per span."""
    within, zone = parse_range(from_, to, clock()), parse_time_zone(time_zone)
    device_type = await _type(catalogue, devices, telemetry, device_code)
    language, table_format = preferred_language(accept_language), TableFormat(format)
    columns = [
        TableColumn(DEVICE_CODE, DEVICE_CODE_LABEL.text(language), ColumnType.NCHAR),
        TableColumn("kind", _KIND.text(language), ColumnType.NCHAR),
        TableColumn("state", _STATE.text(language), ColumnType.NCHAR),
        timestamp_column("start", _START, zone, language),
        timestamp_column("end", _END, zone, language),
    ]
    query = _query(device_type, device_code, within)
    rows = counted(_rows(telemetry, device_type.super_table, query, zone), caller.download, _share_read(query))
    return file_response("states", table_format, table_writer.write(table_format, columns, rows))


async def _type(
    catalogue: DeviceCatalogue, devices: DeviceDirectory, telemetry: TelemetryStore, device_codes: Sequence[str]
) -> DeviceType:
    device_type = await common_type(catalogue, devices, device_codes)
    check_state_field(device_type, await telemetry.describe(device_type.super_table))
    return device_type


def _query(device_type: DeviceType, device_codes: Sequence[str], within: TimeRange) -> StateRunQuery:
    rules = StateRules.of(device_type)
    return StateRunQuery(
        device_codes=tuple(device_codes),
        start=within.start,
        end=within.end,
        field=rules.state_field,
        max_gap=rules.max_gap,
    )


def _body(span: StateSpan) -> dict[str, Any]:
    return {
        "device_code": span.device_code,
        "kind": span.kind,
        "state": span.state,
        "start": span.start,
        "end": span.end,
    }


def _share_read(query: StateRunQuery) -> ShareRead:
    """Return a function that computes which share of the devices, and of the range of the last one, was read."""
    devices = sorted(set(query.device_codes))

    def share(_: int, row: Sequence[Value]) -> float:
        code, end = cast("str", row[0]), cast("datetime", row[4])
        return (devices.index(code) + (end - query.start) / (query.end - query.start)) / len(devices)

    return share


async def _rows(
    telemetry: TelemetryStore, table: SuperTable, query: StateRunQuery, zone: ZoneInfo
) -> AsyncIterator[Sequence[Sequence[Value]]]:
    rows: list[Sequence[Value]] = []
    async for span in read_spans(telemetry, table, query):
        rows.append(in_zone((span.device_code, span.kind.value, span.state, span.start, span.end), zone))
        if len(rows) == PAGE_ROWS:
            yield rows
            rows = []
    yield rows
