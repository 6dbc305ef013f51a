"""The newest readings: of every device, page by page, and of one."""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

import orjson

from arcbeat.domain.columns import TOLD_AS_DIGITS
from arcbeat.domain.device_types import DeviceType
from arcbeat.domain.devices import DeviceFilter
from arcbeat.domain.errors import StaticFieldsUnavailable
from arcbeat.domain.latest import KnownLatest, LatestPage
from arcbeat.domain.ports import Clock, LatestPages
from arcbeat.domain.welding import STATIC_FIELDS, WELDING
from handlers import fields, languages

Encode = Callable[[KnownLatest], bytes]


async def list_latest(
    pages: LatestPages,
    clock: Clock,
    *,
    type_code: str,
    page: int,
    page_size: int,
    use_dynamic_fields: bool,
    keyword: str | None,
    team_name: str | None,
    max_age: float | None,
    accept_language: str | None,
) -> bytes:
    """A page of newest readings."""
    found = await pages.page(
        type_code,
        DeviceFilter(keyword=keyword, team_name=team_name),
        offset=(page - 1) * page_size,
        limit=page_size,
        max_age_seconds=max_age,
    )
    _check_static(found.device_type, use_dynamic_fields=use_dynamic_fields)
    return _encode_answer(
        {
            "items": _rows(found, clock(), use_dynamic_fields=use_dynamic_fields),
            "page": page,
            "page_size": page_size,
            "total": found.total,
            **_origin(found),
            **_fields(found.device_type, accept_language, use_dynamic_fields=use_dynamic_fields),
        }
    )


async def list_latest_by_earlier_name(
    pages: LatestPages, clock: Clock, **arguments: Any
) -> tuple[bytes, int, dict[str, str]]:
    """The same under the earlier name, marked as deprecated (RFC 9745)."""
    headers = {
        "Deprecation": "@1795392000",
        "Link": '</api/v1/device/data/realtime>; rel="successor-version"',
    }
    return await list_latest(pages, clock, **arguments), 200, headers


async def get_latest(
    pages: LatestPages,
    clock: Clock,
    *,
    device_code: str,
    use_dynamic_fields: bool,
    max_age: float | None,
    accept_language: str | None,
) -> bytes:
    """The newest reading of one device."""
    found = await pages.one(device_code, max_age_seconds=max_age)
    _check_static(found.device_type, use_dynamic_fields=use_dynamic_fields)
    return _encode_answer(
        {
            "item": _rows(found, clock(), use_dynamic_fields=use_dynamic_fields)[0],
            **_origin(found),
            **_fields(found.device_type, accept_language, use_dynamic_fields=use_dynamic_fields),
        }
    )


def _check_static(device_type: DeviceType, *, use_dynamic_fields: bool) -> None:
    """Raises StaticFieldsUnavailable where static fields are asked of a type that has none."""
    if not use_dynamic_fields and device_type.type_code != WELDING:
        raise StaticFieldsUnavailable(
            f"The device type {device_type.type_code} has no static fields; ask with use_dynamic_fields=true."
        )


def _encode_answer(answer: dict[str, Any]) -> bytes:
    return orjson.dumps(answer, option=orjson.OPT_UTC_Z)


def _origin(found: LatestPage) -> dict[str, Any]:
    return {"type_code": found.device_type.type_code, "sampled_at": found.sampled_at, "source": found.source}


def _fields(device_type: DeviceType, accept_language: str | None, *, use_dynamic_fields: bool) -> dict[str, Any]:
    if not use_dynamic_fields:
        return {}
    return {
        "fields_version": device_type.fields_version,
        "fields": fields.shown(device_type, languages.preferred(accept_language)),
    }


def _rows(found: LatestPage, now: datetime, *, use_dynamic_fields: bool) -> list[orjson.Fragment]:
    """The rows, each encoded once as long as it is known; only its freshness changes by the clock."""
    judge = found.device_type.thresholds.judge
    shape: Hashable
    shape, encode = _dynamic(found.device_type) if use_dynamic_fields else (WELDING, _encode_static)
    return [
        orjson.Fragment(
            b'%b,"freshness":"%b"}'
            % (row.encoded(shape, encode), judge(row.latest.reading.ts if row.latest else None, now).encode())
        )
        for row in found.rows
    ]


def _dynamic(device_type: DeviceType) -> tuple[tuple[str, int], Encode]:
    fields = device_type.visible_fields
    names = tuple(field.name for field in fields)
    as_digits = tuple(field.name for field in fields if field.type in TOLD_AS_DIGITS)

    def encode(row: KnownLatest) -> bytes:
        values = _values(row, names)
        values.update((name, str(values[name])) for name in as_digits if values[name] is not None)
        return _encode_row(row, {"values": values})

    return (device_type.type_code, device_type.fields_version), encode


def _encode_static(row: KnownLatest) -> bytes:
    return _encode_row(row, _values(row, STATIC_FIELDS))


def _encode_row(row: KnownLatest, values: dict[str, Any]) -> bytes:
    """A row without its closing brace."""
    ts, clock_skew = (row.latest.reading.ts, row.latest.clock_skew) if row.latest else (None, False)
    whole = {"device_code": row.device_code, "ts": ts, "clock_skew": clock_skew, **values}
    return _encode_answer(whole)[:-1]


def _values(row: KnownLatest, names: tuple[str, ...]) -> dict[str, Any]:
    known = row.latest.reading.values if row.latest else {}
    return {name: known.get(name) for name in names}
