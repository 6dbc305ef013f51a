"""The newest readings: of every device, page by page, and of one."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from arcbeat.domain.device_types import DeviceType
from arcbeat.domain.devices import DeviceFilter
from arcbeat.domain.errors import StaticFieldsUnavailable
from arcbeat.domain.ports import Clock, DeviceCatalogue, DeviceDirectory, LatestReadings, Sampled
from arcbeat.domain.readings import Latest
from arcbeat.domain.welding import STATIC_FIELDS, WELDING
from handlers import fields, languages

Answer = dict[str, Any]
Row = Callable[[str, Latest | None], Answer]


async def list_latest(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    latest: LatestReadings,
    clock: Clock,
    *,
    type_code: str,
    page: int,
    page_size: int,
    use_dynamic_fields: bool,
    keyword: str | None,
    team_name: str | None,
    accept_language: str | None,
) -> Answer:
    """A page of newest readings."""
    device_type = await catalogue.get_type(type_code)
    _check_static(device_type, use_dynamic_fields=use_dynamic_fields)
    where = DeviceFilter(keyword=keyword, team_name=team_name)
    devices_page = await devices.page(device_type, where, offset=(page - 1) * page_size, limit=page_size)
    sampled = await latest.read(device_type.super_table, devices_page.device_codes)
    row = _rows(device_type, clock(), use_dynamic_fields=use_dynamic_fields)
    return {
        "items": [row(code, sampled.latest.get(code)) for code in devices_page.device_codes],
        "page": page,
        "page_size": page_size,
        "total": devices_page.total,
        **_origin(device_type, sampled),
        **_fields(device_type, accept_language, use_dynamic_fields=use_dynamic_fields),
    }


async def list_latest_by_earlier_name(
    catalogue: DeviceCatalogue, devices: DeviceDirectory, latest: LatestReadings, clock: Clock, **arguments: Any
) -> tuple[Answer, int, dict[str, str]]:
    """The same under the earlier name, marked as deprecated (RFC 9745)."""
    answer = await list_latest(catalogue, devices, latest, clock, **arguments)
    headers = {
        "Deprecation": "@1795392000",
        "Link": '</api/v1/device/data/realtime>; rel="successor-version"',
    }
    return answer, 200, headers


async def get_latest(
    catalogue: DeviceCatalogue,
    devices: DeviceDirectory,
    latest: LatestReadings,
    clock: Clock,
    *,
    device_code: str,
    use_dynamic_fields: bool,
    accept_language: str | None,
) -> Answer:
    """The newest reading of one device."""
    device = await devices.get(device_code)
    device_type = await catalogue.get_type(device.device_type)
    _check_static(device_type, use_dynamic_fields=use_dynamic_fields)
    sampled = await latest.read(device_type.super_table, (device_code,))
    row = _rows(device_type, clock(), use_dynamic_fields=use_dynamic_fields)
    return {
        "item": row(device_code, sampled.latest.get(device_code)),
        **_origin(device_type, sampled),
        **_fields(device_type, accept_language, use_dynamic_fields=use_dynamic_fields),
    }


def _check_static(device_type: DeviceType, *, use_dynamic_fields: bool) -> None:
    """Raises StaticFieldsUnavailable where static fields are asked of a type that has none."""
    if not use_dynamic_fields and device_type.type_code != WELDING:
        raise StaticFieldsUnavailable(
            f"The device type {device_type.type_code} has no static fields; ask with use_dynamic_fields=true."
        )


def _origin(device_type: DeviceType, sampled: Sampled) -> Answer:
    return {"type_code": device_type.type_code, "sampled_at": sampled.sampled_at, "source": "query"}


def _fields(device_type: DeviceType, accept_language: str | None, *, use_dynamic_fields: bool) -> Answer:
    if not use_dynamic_fields:
        return {}
    return {
        "fields_version": device_type.fields_version,
        "fields": fields.shown(device_type, languages.preferred(accept_language)),
    }


def _rows(device_type: DeviceType, now: datetime, *, use_dynamic_fields: bool) -> Row:
    names = tuple(field.name for field in device_type.fields) if use_dynamic_fields else STATIC_FIELDS

    def row(device_code: str, latest: Latest | None) -> Answer:
        values = _values(latest, names)
        return {
            "device_code": device_code,
            "ts": latest.reading.ts if latest else None,
            "freshness": device_type.thresholds.judge(latest.reading.ts if latest else None, now),
            "clock_skew": latest.clock_skew if latest else False,
            **({"values": values} if use_dynamic_fields else values),
        }

    return row


def _values(latest: Latest | None, names: tuple[str, ...]) -> Answer:
    known: Mapping[str, Any] = latest.reading.values if latest else {}
    return {name: known.get(name) for name in names}
