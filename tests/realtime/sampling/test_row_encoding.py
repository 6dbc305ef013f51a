"""A client that applies the encoded deltas gets the snapshot of the server."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from hypothesis import given

from arcbeat.domain.readings.snapshots import Snapshot, delta_between
from arcbeat.realtime.sampling import row_encoding as frames
from tests.domain.readings.test_snapshots import histories, snapshots

Rows = dict[str, dict[str, Any]]


def rows_of(snapshot: Snapshot) -> Rows:
    """Return the rows of an encoded snapshot by device code."""
    return {row["device_code"]: row for row in orjson.loads(frames.encode_rows(snapshot, snapshot.rows))}


def apply(rows: Rows, frame: Mapping[str, Any]) -> Rows:
    """Apply a delta as a client does."""
    left = {code: row for code, row in rows.items() if code not in frame["removed"]}
    for code, change in frame["changed"].items():
        before = left.get(code, {"device_code": code, "values": {}})
        left[code] = {**before, **change, "values": {**before["values"], **change.get("values", {})}}
    return left


@given(histories)
def test_a_client_that_applies_json_deltas_gets_the_newest_snapshot(history: Sequence[Mapping[str, Any]]) -> None:
    first, *later = snapshots(history)
    rows, before = rows_of(first), first
    for snapshot in later:
        frame = orjson.loads(frames.encode_delta(delta_between(before, snapshot)))
        assert (frame["since"], frame["seq"]) == (before.seq, snapshot.seq)
        rows, before = apply(rows, frame), snapshot

    assert rows == rows_of(before)


def test_a_delta_names_its_stream_and_sequence_numbers() -> None:
    first, second = snapshots([{}, {}])

    assert orjson.loads(frames.encode_delta(delta_between(first, second))) == {
        "type_code": "welding",
        "stream_id": "s",
        "seq": 2,
        "sampled_at": "2026-11-24T08:00:10Z",
        "source": "snapshot",
        "since": 1,
        "changed": {},
        "removed": [],
    }


@given(histories)
def test_rows_are_encoded_in_the_requested_order(history: Sequence[Mapping[str, Any]]) -> None:
    snapshot = snapshots(history)[-1]
    requested = [*sorted(snapshot.rows, reverse=True), "unregistered"]

    rows = orjson.loads(frames.encode_rows(snapshot, requested))

    assert [row["device_code"] for row in rows] == requested[:-1]


@given(histories)
async def test_a_delta_is_encoded_in_slices_to_the_same_bytes(history: Sequence[Mapping[str, Any]]) -> None:
    first, *later = snapshots(history)
    for snapshot in later:
        delta = delta_between(first, snapshot)
        assert await frames.encode_delta_in_slices(delta) == frames.encode_delta(delta)


@given(histories)
async def test_a_snapshot_whose_rows_were_encoded_ahead_is_the_same(history: Sequence[Mapping[str, Any]]) -> None:
    ahead, plain = snapshots(history)[-1], snapshots(history)[-1]
    await frames.encode_rows_ahead(ahead)

    assert frames.encode_snapshot(ahead, b"[]") == frames.encode_snapshot(plain, b"[]")
