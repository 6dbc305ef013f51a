"""The operation that aggregates the readings of teams or device types by interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from arcbeat.domain.catalogue.device_types import DeviceType, Field
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.devices.ports import TeamSource
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.chosen_fields import choose_fields
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Aggregate, Window
from arcbeat.domain.readings.windows import SERIES_MAX, Fill, WindowRequest
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.time.clock import Clock
from arcbeat.services.windows import read_windows
from handlers._fields import fields_body
from handlers._http import preferred_language, query_errors
from handlers._time import parse_range, parse_time_zone
from handlers.readings._parameters import requested_interval
from handlers.readings.windows import DEFAULT_AGGREGATES, window_body

TEAM_NAME = "team_name"


@dataclass(frozen=True, slots=True)
class _Group:
    """Devices of one type that are aggregated together; ``team_name`` is None for a type, and for no team."""

    device_type: DeviceType
    fields: Sequence[Field]
    team_name: str | None
    device_codes: Sequence[str]


async def list_group_windows(
    catalogue: DeviceCatalogue,
    teams: TeamSource,
    telemetry: TelemetryStore,
    clock: Clock,
    *,
    group_by: str,
    type_code: list[str],
    from_: str,
    to: str | None,
    fields: list[str],
    aggregates: list[str],
    interval: str | None,
    max_points: int | None,
    time_zone: str,
    fill: str,
    accept_language: str | None,
) -> bytes:
    """Return one series of windows per group of devices."""
    within, zone = parse_range(from_, to, clock()), parse_time_zone(time_zone)
    chosen = tuple(map(Aggregate, aggregates)) or DEFAULT_AGGREGATES
    groups = [
        group
        for each in type_code or [WELDING]
        for group in await _groups(teams, telemetry, await catalogue.get_type(each), fields, group_by)
    ]
    _check_count(groups)
    values = len(fields) * len(chosen)
    length = requested_interval(interval, max_points, within, zone, devices=max(len(groups), 1), values=values)
    series = []
    for group in groups:
        request = WindowRequest(
            device_codes=tuple(group.device_codes),
            within=within,
            zone=zone,
            interval=length,
            columns=tuple(Column(name=field.name, type=field.type) for field in group.fields),
            aggregates=chosen,
            fill=Fill(fill),
            merged=True,
            series=len(groups),
        )
        with query_errors(device_codes="group_by"):
            windows = await read_windows(telemetry, group.device_type.super_table, request)
        series.append(_series_body(group, windows))
    result: dict[str, Any] = {
        "group_by": group_by,
        "interval": str(length),
        "time_zone": zone.key,
        "series": series,
        "fields": fields_body(groups[0].fields, preferred_language(accept_language)) if groups else [],
    }
    return orjson.dumps(result, option=orjson.OPT_UTC_Z)


def _check_count(groups: Sequence[_Group]) -> None:
    if len(groups) > SERIES_MAX:
        detail = f"makes {len(groups)} groups, and {SERIES_MAX} are allowed; request fewer types"
        raise InvalidInput((InputError("query", "group_by", detail),))


def _series_body(group: _Group, windows: Sequence[Window]) -> dict[str, Any]:
    return {
        "type_code": group.device_type.type_code,
        "team_name": group.team_name,
        "devices": len(group.device_codes),
        "windows": [window_body(window, group.fields) for window in windows],
    }


async def _groups(
    teams: TeamSource, telemetry: TelemetryStore, device_type: DeviceType, fields: list[str], group_by: str
) -> list[_Group]:
    """Return the groups of a type that have devices, ordered by team; devices without a team come last."""
    columns = await telemetry.describe(device_type.super_table)
    with query_errors():
        chosen = choose_fields(device_type, columns, fields)
    by_team = await teams.by_team(device_type)
    if group_by == TEAM_NAME:
        return [_Group(device_type, chosen, team, codes) for team, codes in by_team.items()]
    codes = sorted(code for members in by_team.values() for code in members)
    return [_Group(device_type, chosen, None, codes)] if codes else []
