"""Encodes states and updates of a stream for Redis, as compressed JSON."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import StoreProtocolError
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.sharing import SharedState, SharedUpdate
from arcbeat.domain.readings.snapshot_rows import RowChange, full_row
from arcbeat.domain.readings.snapshots import Delta, Snapshot

FORMAT_VERSION = 2
"""Part of every key. Increase it whenever the format changes, so that processes of different versions stay apart."""
COMPRESSION_LEVEL = 1
"""The fastest level; it reduces snapshots to an eighth of their size."""

_DEVICE_TYPE = TypeAdapter(DeviceType)


def encode_state(state: SharedState) -> bytes:
    """Encode a device type with its full snapshot."""
    snapshot = state.snapshot
    return _pack(
        {
            "device_type": state.device_type,
            "type_code": snapshot.type_code,
            "stream_id": snapshot.stream_id,
            "seq": snapshot.seq,
            "sampled_at": snapshot.sampled_at,
            "source": snapshot.source,
            "fields_version": snapshot.fields_version,
            "rows": {code: row.full() for code, row in snapshot.rows.items()},
        }
    )


def decode_state(packed: bytes) -> SharedState:
    """Decode what :func:`encode_state` encoded.

    Raises:
        StoreProtocolError: the bytes are not an encoded state.
    """
    try:
        values = _unpack(packed)
        device_type = _DEVICE_TYPE.validate_python(values.pop("device_type"))
        sampled_at = datetime.fromisoformat(values.pop("sampled_at"))
        rows = {code: full_row(code, _row_change(row)) for code, row in values.pop("rows").items()}
        source = Source(values.pop("source"))
        snapshot = Snapshot(**values, sampled_at=sampled_at, source=source, rows=rows, is_remote=True)
        return SharedState(device_type, snapshot)
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise StoreProtocolError from error


def encode_update(update: SharedUpdate) -> bytes:
    """Encode a delta, with the device type if it has changed."""
    return _pack({"device_type": update.device_type, "delta": update.delta})


def decode_update(packed: bytes) -> SharedUpdate:
    """Decode what :func:`encode_update` encoded.

    Raises:
        StoreProtocolError: the bytes are not an encoded update.
    """
    try:
        values = _unpack(packed)
        fields = values["delta"]
        sampled_at, source = datetime.fromisoformat(fields.pop("sampled_at")), Source(fields.pop("source"))
        changed = {code: _row_change(change) for code, change in fields.pop("changed").items()}
        removed = tuple(fields.pop("removed"))
        device_type = values["device_type"] and _DEVICE_TYPE.validate_python(values["device_type"])
        delta = Delta(**fields, sampled_at=sampled_at, source=source, changed=changed, removed=removed)
        return SharedUpdate(delta, device_type)
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise StoreProtocolError from error


def _row_change(fields: Mapping[str, Any]) -> RowChange:
    ts = fields.get("ts")
    return fields if ts is None else {**fields, "ts": datetime.fromisoformat(ts)}


def _pack(values: Mapping[str, Any]) -> bytes:
    # Rows and changes may be any mapping, which orjson encodes as a dictionary only.
    return zlib.compress(orjson.dumps(values, default=dict, option=orjson.OPT_UTC_Z), COMPRESSION_LEVEL)


def _unpack(packed: bytes) -> Any:
    return orjson.loads(zlib.decompress(packed))
