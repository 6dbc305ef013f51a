"""Encodes rows of newest readings; a row is encoded once, however many pages contain it."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from arcbeat.domain.catalogue.device_types import DeviceType, Field, Freshness
from arcbeat.domain.catalogue.welding import STATIC_FIELDS, WELDING
from arcbeat.domain.errors import StaticFieldsUnavailable
from arcbeat.domain.readings.latest import LatestPage, NewestReading
from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.readings.shown_values import VisibleValues
from arcbeat.domain.schema.columns import Value

BodiesOf = Callable[[Sequence[NewestReading]], Sequence[bytes]]
"""Encodes rows, without their freshness and their closing brace."""
ROW_START = b'{"device_code":'
END = {each: b',"freshness":"%b"}' % each.encode() for each in Freshness}
NO_VALUES: Mapping[str, Value] = dict.fromkeys(STATIC_FIELDS)
BETWEEN_ROWS = b'},{"device_code":'
"""Stands only between two rows: within a text, JSON puts a backslash before each quotation mark."""


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
    newest = [row.cached for row in found.rows]
    if fields:
        _, encode = _dynamic(replace(found.device_type, fields=tuple(fields)))
        bodies = encode(newest)
    else:
        bodies = _bodies(newest, form, encode)
    # The freshness depends on the time of the request, so it is appended to the encoded rest.
    if details is None:
        return [orjson.Fragment(body + END[row.freshness]) for body, row in zip(bodies, found.rows, strict=True)]
    return [
        orjson.Fragment(b'%b,"freshness":"%b","device":%b}' % (body, row.freshness.encode(), each))
        for body, row, each in zip(bodies, found.rows, details, strict=True)
    ]


def _bodies(newest: Sequence[NewestReading], form: Hashable, encode: BodiesOf) -> Sequence[bytes]:
    """Return the encoded rows; those that were not encoded before are encoded together."""
    new = [each for each in newest if not each.is_encoded(form)]
    bodies = dict(zip((each.device_code for each in new), encode(new), strict=True))
    return [each.encoded(form, lambda row: bodies[row.device_code]) for each in newest]


def _dynamic(device_type: DeviceType) -> tuple[tuple[str, int], BodiesOf]:
    values_of = VisibleValues(device_type).values

    def encode(newest: Sequence[NewestReading]) -> Sequence[bytes]:
        return _encode_rows(newest, lambda latest: {"values": values_of(latest)})

    return (device_type.type_code, device_type.fields_version), encode


def _encode_static(newest: Sequence[NewestReading]) -> Sequence[bytes]:
    return _encode_rows(newest, _static)


def _static(latest: Latest | None) -> Mapping[str, Value]:
    if latest is None:
        return NO_VALUES
    values = latest.reading.values
    return values if tuple(values) == STATIC_FIELDS else {name: values.get(name) for name in STATIC_FIELDS}


def _encode_rows(
    newest: Sequence[NewestReading], values_of: Callable[[Latest | None], Mapping[str, Any]]
) -> Sequence[bytes]:
    """Return rows as JSON, each without its closing brace.

    They are encoded by one call, because a call for each takes three times as long.
    """
    if not newest:
        return []
    rows = []
    for each in newest:
        latest = each.latest
        ts, clock_skew = (latest.reading.ts, latest.clock_skew) if latest else (None, False)
        rows.append({"device_code": each.device_code, "ts": ts, "clock_skew": clock_skew, **values_of(latest)})
    text = orjson.dumps(rows, option=orjson.OPT_UTC_Z)
    return [ROW_START + each for each in text[1 + len(ROW_START) : -2].split(BETWEEN_ROWS)]
