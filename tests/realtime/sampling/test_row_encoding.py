"""Snapshots and deltas as JSON: a client that only knows JSON gets where the server is."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from hypothesis import given

from arcbeat.domain.readings.snapshots import Snapshot, delta_between
from arcbeat.realtime.sampling import row_encoding as frames
from tests.domain.readings.test_snapshots import histories, snapshots

Rows = dict[str, dict[str, Any]]


def rows_of(snapshot: Snapshot) -> Rows:
    """What a client takes from the whole snapshot."""
    return {row["device_code"]: row for row in orjson.loads(frames.encode_rows(snapshot, snapshot.rows))}


def apply(rows: Rows, frame: Mapping[str, Any]) -> Rows:
    """What a client does with a delta."""
    kept = {code: row for code, row in rows.items() if code not in frame["removed"]}
    for code, change in frame["changed"].items():
        before = kept.get(code, {"device_code": code, "values": {}})
        kept[code] = {**before, **change, "values": {**before["values"], **change.get("values", {})}}
    return kept


@given(histories)
def test_a_client_that_only_knows_json_gets_where_the_server_is(history: Sequence[Mapping[str, Any]]) -> None:
    first, *later = snapshots(history)
    rows, before = rows_of(first), first
    for snapshot in later:
        frame = orjson.loads(frames.encode_delta(delta_between(before, snapshot)))
        assert (frame["since"], frame["seq"]) == (before.seq, snapshot.seq)
        rows, before = apply(rows, frame), snapshot

    assert rows == rows_of(before)


def test_a_delta_says_of_which_moment_of_which_stream_it_is() -> None:
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
def test_rows_come_in_the_order_in_which_they_are_asked_for(history: Sequence[Mapping[str, Any]]) -> None:
    snapshot = snapshots(history)[-1]
    asked = [*sorted(snapshot.rows, reverse=True), "nobody"]

    rows = orjson.loads(frames.encode_rows(snapshot, asked))

    assert [row["device_code"] for row in rows] == asked[:-1]
