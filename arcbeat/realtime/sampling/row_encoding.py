"""Snapshots, views and deltas as JSON. A row is encoded once for all snapshots and views that contain it."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from arcbeat.domain.readings.snapshots import Delta, Snapshot, SnapshotRow


def encode(value: Mapping[str, Any]) -> bytes:
    """Return JSON with timestamps in UTC, as all frames have them."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def encode_row(row: SnapshotRow) -> bytes:
    """Return a full row with its device code."""
    return encode({"device_code": row.device_code, **row.full()})


def encode_rows(snapshot: Snapshot, device_codes: Iterable[str]) -> bytes:
    """Return the full rows of some devices as an array, in their order; a device without a row is left out."""
    rows = (snapshot.rows.get(code) for code in device_codes)
    return b"[%b]" % b",".join(row.encoded(encode_row) for row in rows if row is not None)


def encode_view(snapshot: Snapshot, device_codes: Iterable[str]) -> bytes:
    """Return a view: the full rows of some devices of a snapshot."""
    return encode({**header_of(snapshot), "items": orjson.Fragment(encode_rows(snapshot, device_codes))})


def encode_snapshot(snapshot: Snapshot, fields: bytes) -> bytes:
    """Return a full snapshot; ``fields``, the description of the fields, is JSON already."""
    return encode(
        {
            **header_of(snapshot),
            "fields_version": snapshot.fields_version,
            "fields": orjson.Fragment(fields),
            "items": orjson.Fragment(encode_rows(snapshot, snapshot.rows)),
        }
    )


def encode_delta(delta: Delta) -> bytes:
    """Return what leads a client from the snapshot ``since`` to the snapshot ``seq``."""
    return encode({**header_of(delta), "since": delta.since, "changed": delta.changed, "removed": delta.removed})


def header_of(at: Delta | Snapshot) -> dict[str, Any]:
    """Return the members that every frame begins with: which snapshot of which stream it leads to."""
    return {
        "type_code": at.type_code,
        "stream_id": at.stream_id,
        "seq": at.seq,
        "sampled_at": at.sampled_at,
        "source": at.source,
    }
