"""Encodes rows of newest readings; a row is encoded once, however many pages contain it."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

import orjson

from arcbeat.domain.catalogue.device_types import DeviceType, Field
from arcbeat.domain.catalogue.welding import STATIC_FIELDS, WELDING
from arcbeat.domain.errors import StaticFieldsUnavailable
from arcbeat.domain.readings.latest import LatestPage, NewestReading
from arcbeat.domain.readings.shown_values import VisibleValues

Encode = Callable[[NewestReading], bytes]


def check_static(device_type: DeviceType) -> None:
    """Check that a type has static fields.

    Raises:
        StaticFieldsUnavailable: it has none.
    """
    if device_type.type_code != WELDING:
        raise StaticFieldsUnavailable(
            f"The device type {device_type.type_code} has no static fields; send use_dynamic_fields=true."
        )


def encode_rows(
    found: LatestPage,
    *,
    dynamic: bool,
    fields: Sequence[Field] = (),
    details: Sequence[bytes] | None = None,
) -> list[orjson.Fragment]:
    """Return the encoded rows of a page, with the fields of the type or with the static fields.

    Args:
        fields: the fields to return; empty returns all. Rows with some of the fields are encoded for this call only.
        details: the encoded master data of each row, if the client asked for it.
    """
    form: Hashable
    form, encode = _dynamic(found.device_type) if dynamic else (WELDING, _encode_static)
    # The freshness depends on the time of the request, so it is appended to the encoded rest.
    if not fields and details is None:
        return [
            orjson.Fragment(b'%b,"freshness":"%b"}' % (row.cached.encoded(form, encode), row.freshness.encode()))
            for row in found.rows
        ]
    if fields:
        _, encode = _dynamic(replace(found.device_type, fields=tuple(fields)))
        bodies = [encode(row.cached) for row in found.rows]
    else:
        bodies = [row.cached.encoded(form, encode) for row in found.rows]
    ends = [b"}"] * len(bodies) if details is None else [b',"device":%b}' % each for each in details]
    return [
        orjson.Fragment(b'%b,"freshness":"%b"%b' % (body, row.freshness.encode(), end))
        for body, row, end in zip(bodies, found.rows, ends, strict=True)
    ]


def _dynamic(device_type: DeviceType) -> tuple[tuple[str, int], Encode]:
    values_of = VisibleValues(device_type).values

    def encode(cached: NewestReading) -> bytes:
        return _encode_row(cached, {"values": values_of(cached.latest)})

    return (device_type.type_code, device_type.fields_version), encode


def _encode_static(cached: NewestReading) -> bytes:
    values = cached.latest.reading.values if cached.latest else {}
    return _encode_row(cached, {name: values.get(name) for name in STATIC_FIELDS})


def _encode_row(cached: NewestReading, values: dict[str, Any]) -> bytes:
    """Return a row as JSON, without its freshness and its closing brace."""
    latest = cached.latest
    ts, clock_skew = (latest.reading.ts, latest.clock_skew) if latest else (None, False)
    row = {"device_code": cached.device_code, "ts": ts, "clock_skew": clock_skew, **values}
    return orjson.dumps(row, option=orjson.OPT_UTC_Z)[:-1]
