"""Aggregates of readings by interval."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson

from arcbeat.domain.chosen_fields import choose_fields
from arcbeat.domain.columns import Column, Value, to_json
from arcbeat.domain.device_types import DeviceType, Field
from arcbeat.domain.ports import Clock, DeviceCatalogue, DeviceDirectory, TelemetryStore
from arcbeat.domain.readings import Aggregate, Window
from arcbeat.domain.time_ranges import time_range
from arcbeat.domain.windows import Fill, WindowRequest, interval_of, windows_of
from arcbeat.domain.zones import zone_named
from handlers import asked_devices, languages
from handlers.fields import listed

_AS_THE_COLUMN = (Aggregate.MIN, Aggregate.MAX, Aggregate.LAST)


async def list_windows(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    clock: Clock,
    *,
    device_code: list[str],
    fields: list[str],
    accept_language: str | None,
    **asked: Any,
) -> bytes:
    """A series of windows a device."""
    device_type = await asked_devices.type_of(catalogue, devices, device_code)
    chosen = choose_fields(device_type, await telemetry.describe(device_type.super_table), fields)
    request = _request(device_code, chosen, clock(), **asked)
    windows = await windows_of(telemetry, device_type.super_table, request)
    answer = {
        **_about(device_type, request),
        "series": _series(sorted(device_code), windows, chosen),
        "fields": listed(chosen, languages.preferred(accept_language)),
    }
    return orjson.dumps(answer, option=orjson.OPT_UTC_Z)


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
    within, zone = time_range(from_, to, now), zone_named(time_zone)
    values = len(fields) * len(aggregates)
    return WindowRequest(
        device_codes=tuple(device_codes),
        within=within,
        zone=zone,
        interval=interval_of(interval, max_points, within, zone, devices=len(device_codes), values=values),
        columns=tuple(Column(name=field.name, type=field.type) for field in fields),
        aggregates=tuple(map(Aggregate, aggregates)),
        fill=Fill(fill),
    )


def _about(device_type: DeviceType, request: WindowRequest) -> dict[str, Any]:
    return {
        "type_code": device_type.type_code,
        "fields_version": device_type.fields_version,
        "interval": str(request.interval),
        "time_zone": request.zone.key,
    }


def _series(device_codes: Sequence[str], windows: Sequence[Window], fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Of every device that was asked for, also where it said nothing."""
    grouped = groupby(windows, lambda window: window.device_code)
    said = {device_code: [_shown(window, fields) for window in found] for device_code, found in grouped}
    return [{"device_code": device_code, "windows": said.get(device_code, [])} for device_code in device_codes]


def _shown(window: Window, fields: Sequence[Field]) -> dict[str, Any]:
    return {"start": window.start, "values": {each.name: _told(each, window.values[each.name]) for each in fields}}


def _told(field: Field, values: Mapping[Aggregate, Value]) -> dict[str, Value]:
    return {
        aggregate.value: to_json(field.type, value) if aggregate in _AS_THE_COLUMN else value
        for aggregate, value in values.items()
    }
