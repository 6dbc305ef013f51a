"""Snapshots and deltas as bytes between processes: JSON, compressed."""

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
from arcbeat.domain.readings.snapshots import Delta, RowChange, Snapshot, full_row

VERSION = 1
"""Goes up with every change of what is written here, so that processes of two versions do not meet."""
LEVEL = 1
"""Of compression: an eighth of the bytes for little time."""

_DEVICE_TYPE = TypeAdapter(DeviceType)


def encode_whole(whole: SharedState) -> bytes:
    """All of it."""
    snapshot = whole.snapshot
    return _packed(
        {
            "device_type": whole.device_type,
            "type_code": snapshot.type_code,
            "stream_id": snapshot.stream_id,
            "seq": snapshot.seq,
            "sampled_at": snapshot.sampled_at,
            "source": snapshot.source,
            "fields_version": snapshot.fields_version,
            "rows": {code: row.full() for code, row in snapshot.rows.items()},
        }
    )


def decode_whole(packed: bytes) -> SharedState:
    """What was encoded.

    Raises:
        StoreProtocolError: it is something else.
    """
    try:
        told = _unpacked(packed)
        device_type = _DEVICE_TYPE.validate_python(told.pop("device_type"))
        sampled_at = datetime.fromisoformat(told.pop("sampled_at"))
        rows = {code: full_row(code, _change(row)) for code, row in told.pop("rows").items()}
        source = Source(told.pop("source"))
        snapshot = Snapshot(**told, sampled_at=sampled_at, source=source, rows=rows, is_remote=True)
        return SharedState(device_type, snapshot)
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise StoreProtocolError from error


def encode_move(move: SharedUpdate) -> bytes:
    """All of it."""
    return _packed({"device_type": move.device_type, "delta": move.delta})


def decode_move(packed: bytes) -> SharedUpdate:
    """What was encoded.

    Raises:
        StoreProtocolError: it is something else.
    """
    try:
        told = _unpacked(packed)
        delta = told["delta"]
        sampled_at, source = datetime.fromisoformat(delta.pop("sampled_at")), Source(delta.pop("source"))
        changed = {code: _change(change) for code, change in delta.pop("changed").items()}
        removed = tuple(delta.pop("removed"))
        device_type = told["device_type"] and _DEVICE_TYPE.validate_python(told["device_type"])
        told = Delta(**delta, sampled_at=sampled_at, source=source, changed=changed, removed=removed)
        return SharedUpdate(told, device_type)
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise StoreProtocolError from error


def _change(told: Mapping[str, Any]) -> RowChange:
    ts = told.get("ts")
    return told if ts is None else {**told, "ts": datetime.fromisoformat(ts)}


def _packed(told: Mapping[str, Any]) -> bytes:
    return zlib.compress(orjson.dumps(told, option=orjson.OPT_UTC_Z), LEVEL)


def _unpacked(packed: bytes) -> Any:
    return orjson.loads(zlib.decompress(packed))
