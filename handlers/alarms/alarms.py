"""The operation that lists alarms."""

from collections.abc import Sequence
from typing import Any

import orjson

from arcbeat.domain.alarms.alarms import AlarmFilter, AlarmPosition, alarm_range
from arcbeat.domain.alarms.ports import AlarmAcknowledgements
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.devices.ports import CachedDeviceDetails, DeviceDirectory
from arcbeat.domain.errors import Conflict, InputError, InvalidInput, StoreObjectMissing
from arcbeat.domain.readings.ports import LatestPages, TelemetryStore
from arcbeat.domain.states.state_time import check_state_field
from arcbeat.domain.time.clock import Clock
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.services.alarms.bodies import alarm_body
from arcbeat.services.alarms.ended import DevicesOfType
from arcbeat.services.alarms.listing import DEVICES_MAX, AlarmSources, alarm_page
from handlers._http import query_errors
from handlers._time import parse_moment
from handlers.alarms.cursors import AlarmCursor
from handlers.devices._selection import common_type


async def list_alarms(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    device_details: CachedDeviceDetails,
    telemetry: TelemetryStore,
    pages: LatestPages,
    acknowledgements: AlarmAcknowledgements,
    clock: Clock,
    *,
    type_code: str | None,
    device_code: list[str],
    team_name: str | None,
    state: list[str],
    open: bool | None,  # noqa: A002 -- the contract's name
    acknowledged: bool | None,
    from_: str | None,
    to: str | None,
    page_size: int,
    cursor: str | None,
) -> bytes:
    """Return a page of alarms: the first one, or the one after a cursor."""
    parameters = (type_code, sorted(device_code), team_name, sorted(state), open, acknowledged, from_, to)
    start = AlarmCursor.decode(cursor, *parameters) if cursor else _first(from_, to, clock)
    types = await _types(catalogue, devices, telemetry, type_code, device_code)
    page = await alarm_page(
        AlarmSources(telemetry, pages, acknowledgements),
        [await _devices(devices, each, device_code, team_name) for each in types],
        AlarmFilter(states=frozenset(state) or None, is_open=open, is_acknowledged=acknowledged),
        start.within,
        limit=page_size,
        position=start.position,
    )
    details = await device_details.read([each.alarm.device_code for each in page.alarms])
    result: dict[str, Any] = {
        "items": [
            alarm_body(each.alarm, each.acknowledgement, known, start.within.end)
            for each, known in zip(page.alarms, details, strict=True)
        ],
        "next_cursor": AlarmCursor(start.within, page.end).encode(*parameters) if page.end else None,
        "from": start.within.start,
        "to": start.within.end,
    }
    return orjson.dumps(result, option=orjson.OPT_UTC_Z)


def _first(from_: str | None, to: str | None, clock: Clock) -> AlarmCursor:
    """Return the position of the first page; alarms are open only at the present moment."""
    now = clock()
    end = None if to is None else parse_moment("to", to)
    with query_errors(start="from", end="to"):
        within: TimeRange = alarm_range(None if from_ is None else parse_moment("from", from_), end, now)
    return AlarmCursor(within, AlarmPosition(None if within.end == now else within.end))


async def _types(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    type_code: str | None,
    device_codes: Sequence[str],
) -> Sequence[DeviceType]:
    """Return the types whose alarms are listed: that of the request, or else all that have readings with a state."""
    if not device_codes and type_code is None:
        known = [each for each in await catalogue.list_types() if each.alarm_states]
        return [each for each in known if await _has_state_field(telemetry, each)]
    if device_codes:
        device_type = await common_type(catalogue, devices, device_codes)
        if type_code is not None and type_code not in device_type.spellings:
            detail = f"the devices are of the type {device_type.type_code}"
            raise InvalidInput((InputError("query", "type_code", detail),))
    else:
        device_type = await catalogue.get_type(str(type_code))
    check_state_field(device_type, await telemetry.describe(device_type.super_table))
    return [device_type] if device_type.alarm_states else []


async def _has_state_field(telemetry: TelemetryStore, device_type: DeviceType) -> bool:
    try:
        check_state_field(device_type, await telemetry.describe(device_type.super_table))
    except (Conflict, StoreObjectMissing):
        return False
    return True


async def _devices(
    devices: DeviceDirectory, device_type: DeviceType, device_codes: Sequence[str], team_name: str | None
) -> DevicesOfType:
    where = DeviceFilter(team_name=team_name)
    if device_codes and team_name is None:
        return DevicesOfType(device_type, sorted(device_codes))
    listed = await devices.page(device_type, where, offset=0, limit=DEVICES_MAX)
    chosen = frozenset(device_codes)
    return DevicesOfType(device_type, [code for code in listed.device_codes if not chosen or code in chosen])
