"""Rows of newest readings as pages hold them, each encoded once as long as it is known."""

from collections.abc import Callable, Hashable
from typing import Any

import orjson

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.catalogue.welding import STATIC_FIELDS, WELDING
from arcbeat.domain.errors import StaticFieldsUnavailable
from arcbeat.domain.readings.latest import CachedLatest, LatestPage
from arcbeat.domain.readings.shown_values import VisibleValues

Encode = Callable[[CachedLatest], bytes]


def check_static(device_type: DeviceType) -> None:
    """Raises StaticFieldsUnavailable where a type has no static fields."""
    if device_type.type_code != WELDING:
        raise StaticFieldsUnavailable(
            f"The device type {device_type.type_code} has no static fields; ask with use_dynamic_fields=true."
        )


def encode_rows(found: LatestPage, *, dynamic: bool) -> list[orjson.Fragment]:
    """With the fields of the type, or with the static ones."""
    shape: Hashable
    shape, encode = _dynamic(found.device_type) if dynamic else (WELDING, _encode_static)
    # only the freshness goes by the clock
    return [
        orjson.Fragment(b'%b,"freshness":"%b"}' % (row.cached.encoded(shape, encode), row.freshness.encode()))
        for row in found.rows
    ]


def _dynamic(device_type: DeviceType) -> tuple[tuple[str, int], Encode]:
    values_of = VisibleValues(device_type).values

    def encode(known: CachedLatest) -> bytes:
        return _encode_row(known, {"values": values_of(known.latest)})

    return (device_type.type_code, device_type.fields_version), encode


def _encode_static(known: CachedLatest) -> bytes:
    said = known.latest.reading.values if known.latest else {}
    return _encode_row(known, {name: said.get(name) for name in STATIC_FIELDS})


def _encode_row(known: CachedLatest, values: dict[str, Any]) -> bytes:
    """A row without its freshness and its closing brace."""
    ts, clock_skew = (known.latest.reading.ts, known.latest.clock_skew) if known.latest else (None, False)
    whole = {"device_code": known.device_code, "ts": ts, "clock_skew": clock_skew, **values}
    return orjson.dumps(whole, option=orjson.OPT_UTC_Z)[:-1]
