"""Snapshots, views and deltas as JSON. A row is encoded once for all snapshots and views that contain it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from arcbeat.domain.devices.devices import DeviceDetails
from arcbeat.domain.readings.snapshot_rows import SnapshotRow
from arcbeat.domain.readings.snapshots import Delta, Snapshot
from arcbeat.slices import slices

ROWS_AT_ONCE, CHANGES_AT_ONCE = 50, 500
"""Rows, and changes, that are encoded at once, each in well below a millisecond."""

Details = Sequence[DeviceDetails | None]


def encode(value: Mapping[str, Any]) -> bytes:
    """Return JSON with timestamps in UTC, as all frames have them; any mapping becomes an object."""
    return orjson.dumps(value, default=dict, option=orjson.OPT_UTC_Z)


def encode_row(row: SnapshotRow) -> bytes:
    """Return a full row with its device code."""
    return encode({"device_code": row.device_code, **row.full()})


def encode_rows(snapshot: Snapshot, device_codes: Iterable[str], details: Details | None = None) -> bytes:
    """Return the full rows of some devices as an array, in their order; a device without a row is left out.

    ``details`` is the master data of each of the devices, if the rows contain it.
    """
    rows = (snapshot.rows.get(code) for code in device_codes)
    if details is None:
        return b"[%b]" % b",".join(row.encoded_row(encode_row) for row in rows if row is not None)
    return b"[%b]" % b",".join(
        b'%b,"device":%b}' % (row.encoded_row(encode_row)[:-1], encode_details(each))
        for row, each in zip(rows, details, strict=True)
        if row is not None
    )


def encode_details(details: DeviceDetails | None) -> bytes:
    """Return the master data of a device; ``null`` if none is known."""
    return orjson.dumps(details)


def encode_view(snapshot: Snapshot, device_codes: Iterable[str], details: Details | None = None) -> bytes:
    """Return a view: the full rows of some devices of a snapshot."""
    return encode({**header_of(snapshot), "items": orjson.Fragment(encode_rows(snapshot, device_codes, details))})


def encode_snapshot(snapshot: Snapshot, fields: bytes) -> bytes:
    """Return a full snapshot; ``fields``, the description of the fields, is JSON already."""
    head = {
        **header_of(snapshot),
        "fields_version": snapshot.fields_version,
        "fields": orjson.Fragment(fields),
    }
    return b'%b,"items":%b}' % (encode(head)[:-1], encode_rows(snapshot, snapshot.rows))


async def encode_rows_ahead(snapshot: Snapshot) -> None:
    """Encode all rows in slices, so that a full snapshot only has to be joined."""
    async for part in slices(snapshot.rows.values(), ROWS_AT_ONCE):
        for row in part:
            row.encoded_row(encode_row)


def encode_delta(delta: Delta) -> bytes:
    """Return what leads a client from the snapshot ``since`` to the snapshot ``seq``."""
    return encode({**header_of(delta), "since": delta.since, "changed": delta.changed, "removed": delta.removed})


async def encode_delta_in_slices(delta: Delta) -> bytes:
    """Return what :func:`encode_delta` returns; for a delta with very many changes."""
    changed = [encode(dict(part))[1:-1] async for part in slices(delta.changed.items(), CHANGES_AT_ONCE)]
    if not changed:
        return encode_delta(delta)
    # The bytes of all changes, which may be several MB, are copied once.
    changed[0] = b'%b,"changed":{%b' % (encode({**header_of(delta), "since": delta.since})[:-1], changed[0])
    changed[-1] += b'},"removed":%b}' % orjson.dumps(delta.removed)
    return b",".join(changed)


def header_of(at: Delta | Snapshot) -> dict[str, Any]:
    """Return the members that every frame begins with: which snapshot of which stream it leads to."""
    return {
        "type_code": at.type_code,
        "stream_id": at.stream_id,
        "seq": at.seq,
        "sampled_at": at.sampled_at,
        "source": at.source,
    }
