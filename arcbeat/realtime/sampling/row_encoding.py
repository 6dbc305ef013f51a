"""Snapshots, views and deltas as JSON: every row encoded once, whoever is told of it."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from arcbeat.domain.readings.snapshots import Delta, Snapshot, SnapshotRow


def encode(value: Mapping[str, Any]) -> bytes:
    """As all frames are."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def encode_row(row: SnapshotRow) -> bytes:
    """A row as pages, views and the whole snapshot hold it."""
    return encode({"device_code": row.device_code, **row.full()})


def encode_rows(snapshot: Snapshot, device_codes: Iterable[str]) -> bytes:
    """Rows of some devices, in this order; those that the snapshot does not have are left out."""
    rows = (snapshot.rows.get(code) for code in device_codes)
    return b"[%b]" % b",".join(row.encoded(encode_row) for row in rows if row is not None)


def encode_view(snapshot: Snapshot, device_codes: Iterable[str]) -> bytes:
    """Whole rows of some devices at one moment."""
    return encode({**header_of(snapshot), "items": orjson.Fragment(encode_rows(snapshot, device_codes))})


def encode_snapshot(snapshot: Snapshot, fields: bytes) -> bytes:
    """Return a snapshot with its fields, which are JSON already. No row is encoded twice."""
    return encode(
        {
            **header_of(snapshot),
            "fields_version": snapshot.fields_version,
            "fields": orjson.Fragment(fields),
            "items": orjson.Fragment(encode_rows(snapshot, snapshot.rows)),
        }
    )


def encode_delta(delta: Delta) -> bytes:
    """What a client needs to get from the snapshot `since` to `seq`."""
    return encode({**header_of(delta), "since": delta.since, "changed": delta.changed, "removed": delta.removed})


def header_of(at: Delta | Snapshot) -> dict[str, Any]:
    """Which moment of which stream something is about."""
    return {
        "type_code": at.type_code,
        "stream_id": at.stream_id,
        "seq": at.seq,
        "sampled_at": at.sampled_at,
        "source": at.source,
    }
