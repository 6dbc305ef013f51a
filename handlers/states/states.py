"""Operations on state time: how long devices were in which state."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.devices.devices import DeviceFilter, DevicePage
from arcbeat.domain.devices.ports import DeviceDirectory
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.states.state_time import Day, DayStates, StateRules, check_state_field, days_between
from arcbeat.domain.time.clock import Clock
from arcbeat.domain.time.zones import day_of
from arcbeat.services.states import state_times
from handlers._http import query_errors
from handlers._time import parse_day, parse_time_zone
from handlers.devices._selection import common_type

_MINUTE = timedelta(minutes=1)
_DECIMALS = 6


async def list_states(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    telemetry: TelemetryStore,
    clock: Clock,
    *,
    type_code: str | None,
    device_code: list[str],
    keyword: str | None,
    team_name: str | None,
    first_day: str | None,
    last_day: str | None,
    time_zone: str,
    page: int,
    page_size: int,
) -> dict[str, Any]:
    """Return a page of devices with their days."""
    zone = parse_time_zone(time_zone)
    days = _days(first_day, last_day, zone, clock())
    where = DeviceFilter(keyword=keyword, team_name=team_name)
    device_type = await _type(catalogue, devices, type_code, device_code, where)
    check_state_field(device_type, await telemetry.describe(device_type.super_table))
    offset = (page - 1) * page_size
    if device_code:
        listed = DevicePage(tuple(sorted(device_code)[offset : offset + page_size]), len(device_code))
    else:
        listed = await devices.page(device_type, where, offset=offset, limit=page_size)
    rules = StateRules.of(device_type)
    with query_errors():
        found = await state_times(telemetry, device_type.super_table, listed.device_codes, days, rules)
    return {
        "items": [_device_body(*each) for each in zip(listed.device_codes, found, strict=True)],
        "page": page,
        "page_size": page_size,
        "total": listed.total,
        "type_code": device_type.type_code,
        "time_zone": zone.key,
        "states": rules.listed_states,
        "offline_states": rules.offline_states,
    }


def _days(first_day: str | None, last_day: str | None, zone: ZoneInfo, now: datetime) -> list[Day]:
    """Return the days of the request; the last day defaults to today, the first day to the last day."""
    last = parse_day("last_day", last_day) if last_day else day_of(now, zone)
    first = parse_day("first_day", first_day) if first_day else last
    with query_errors():
        return days_between(first, last, zone, now)


async def _type(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    type_code: str | None,
    device_codes: Sequence[str],
    where: DeviceFilter,
) -> DeviceType:
    if not device_codes:
        return await catalogue.get_type(type_code or WELDING)
    if where != DeviceFilter():
        raise InvalidInput((InputError("query", "device_code", "not together with keyword or team_name"),))
    device_type = await common_type(catalogue, devices, device_codes)
    if type_code is not None and type_code not in device_type.spellings:
        raise InvalidInput((InputError("query", "type_code", f"the devices are of the type {device_type.type_code}"),))
    return device_type


def _device_body(device_code: str, days: Sequence[DayStates]) -> dict[str, Any]:
    return {"device_code": device_code, "days": [_day_body(each) for each in days]}


def _day_body(states: DayStates) -> dict[str, Any]:
    rate = states.online_rate
    return {
        "day": states.day.date,
        "state_minutes": {state: _minutes(held) for state, held in states.states.items()},
        "unknown_minutes": _minutes(states.unknown),
        "silent_minutes": _minutes(states.silent),
        "online_minutes": _minutes(states.online),
        "offline_minutes": _minutes(states.offline),
        "total_minutes": _minutes(states.total),
        "online_rate": None if rate is None else round(rate, _DECIMALS),
    }


def _minutes(held: timedelta) -> float:
    return round(held / _MINUTE, _DECIMALS)
