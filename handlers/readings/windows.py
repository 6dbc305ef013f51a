"""Operations on windows: aggregates of readings by interval, as JSON and as a file."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from arcbeat.domain.catalogue.device_types import DeviceType, Field, Label, Language
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.files.tables import TableColumn, TableFormat, TableWriter
from arcbeat.domain.identity.identity import Caller
from arcbeat.domain.readings.chosen_fields import choose_fields
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Aggregate, Window
from arcbeat.domain.readings.windows import Fill, WindowRequest
from arcbeat.domain.schema.columns import DEVICE_CODE, Column, ColumnType, Value, encodable_value
from arcbeat.domain.time.clock import Clock
from arcbeat.services.windows import read_windows
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
from handlers.readings._parameters import requested_interval

PAGE_ROWS = 5_000
"""Rows of a file that are encoded together."""
DEFAULT_AGGREGATES = (Aggregate.AVG,)
"""Used without `aggregates`. The contract has no default, because the default of a list does not compile in Go."""

_OF_COLUMN_TYPE = (Aggregate.MIN, Aggregate.MAX, Aggregate.LAST)
_AGGREGATE_TYPES = {Aggregate.AVG: ColumnType.DOUBLE, Aggregate.COUNT: ColumnType.INT}
_START = Label("开始时间", "Start")


async def list_windows(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    clock: Clock,
    *,
    device_code: list[str],
    fields: list[str],
    accept_language: str | None,
    **parameters: Any,
) -> bytes:
    """Return one series of windows per device."""
    device_type = await common_type(catalogue, devices, device_code)
    columns = await telemetry.describe(device_type.super_table)
    with query_errors(device_codes="device_code"):
        chosen = choose_fields(device_type, columns, fields)
        request = _request(device_code, chosen, clock(), **parameters)
        windows = await read_windows(telemetry, device_type.super_table, request)
    result = {
        **_common_body(device_type, request),
        "series": _series(sorted(device_code), windows, chosen),
        "fields": fields_body(chosen, preferred_language(accept_language)),
    }
    return orjson.dumps(result, option=orjson.OPT_UTC_Z)


async def export_windows(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    table_writer: TableWriter,
    clock: Clock,
    *,
    device_code: list[str],
    fields: list[str],
    format: str,  # noqa: A002 -- the contract's name
    accept_language: str | None,
    caller: Caller,
    **parameters: Any,
) -> FileResponse:
    """Return a file with one row per device and window, and one column per field and aggregate."""
    device_type = await common_type(catalogue, devices, device_code)
    columns = await telemetry.describe(device_type.super_table)
    with query_errors(device_codes="device_code"):
        chosen = choose_fields(device_type, columns, fields)
        request = _request(device_code, chosen, clock(), **parameters)
        windows = await read_windows(telemetry, device_type.super_table, request)
    language, table_format = preferred_language(accept_language), TableFormat(format)
    table_columns = [
        TableColumn(DEVICE_CODE, DEVICE_CODE_LABEL.text(language), ColumnType.NCHAR),
        timestamp_column("start", _START, request.zone, language),
        *(_column(field, each, request.zone, language) for field in chosen for each in request.aggregates),
    ]
    name = f"windows {device_type.type_code} {request.interval}"
    rows = counted(_pages(windows, request), caller.download, lambda count, _: count / len(windows))
    chunks = table_writer.write(table_format, table_columns, rows)
    return file_response(name, table_format, chunks)


def _request(
    device_codes: Sequence[str],
    fields: Sequence[Field],
    now: datetime,
    *,
    from_: str,
    to: str | None,
    aggregates: list[str],
    interval: str | None,
    max_points: int | None,
    time_zone: str,
    fill: str,
) -> WindowRequest:
    within, zone = parse_range(from_, to, now), parse_time_zone(time_zone)
    chosen = tuple(map(Aggregate, aggregates)) or DEFAULT_AGGREGATES
    values = len(fields) * len(chosen)
    return WindowRequest(
        device_codes=tuple(device_codes),
        within=within,
        zone=zone,
        interval=requested_interval(interval, max_points, within, zone, devices=len(device_codes), values=values),
        columns=tuple(Column(name=field.name, type=field.type) for field in fields),
        aggregates=chosen,
        fill=Fill(fill),
    )


def _common_body(device_type: DeviceType, request: WindowRequest) -> dict[str, Any]:
    return {
        "type_code": device_type.type_code,
        "fields_version": device_type.fields_version,
        "interval": str(request.interval),
        "time_zone": request.zone.key,
    }


def _series(device_codes: Sequence[str], windows: Sequence[Window], fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Return one series per device of the request; a device without readings has an empty one."""
    grouped = groupby(windows, lambda window: window.device_code)
    series = {device_code: [window_body(window, fields) for window in found] for device_code, found in grouped}
    return [{"device_code": device_code, "windows": series.get(device_code, [])} for device_code in device_codes]


def window_body(window: Window, fields: Sequence[Field]) -> dict[str, Any]:
    """Return a window as the contract describes it."""
    values = {each.name: _encodable_values(each, window.values[each.name]) for each in fields}
    return {"start": window.start, "values": values}


def _encodable_values(field: Field, values: Mapping[Aggregate, Value]) -> dict[str, Value]:
    return {
        aggregate.value: encodable_value(field.type, value) if aggregate in _OF_COLUMN_TYPE else value
        for aggregate, value in values.items()
    }


def _column(field: Field, aggregate: Aggregate, zone: ZoneInfo, language: Language) -> TableColumn:
    column = field_column(field, zone, language)
    aggregated = field.type if aggregate in _OF_COLUMN_TYPE else _AGGREGATE_TYPES[aggregate]
    return TableColumn(f"{field.name}_{aggregate}", f"{column.title} {aggregate}", aggregated)


async def _pages(windows: Sequence[Window], request: WindowRequest) -> AsyncIterator[Sequence[Sequence[Value]]]:
    for start in range(0, len(windows), PAGE_ROWS):
        yield [_row(window, request) for window in windows[start : start + PAGE_ROWS]]


def _row(window: Window, request: WindowRequest) -> Sequence[Value]:
    values = (window.values[column.name][aggregate] for column in request.columns for aggregate in request.aggregates)
    return in_zone((window.device_code, window.start, *values), request.zone)
