"""Streams: the newest snapshot, and the deltas that lead to it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.catalogue.device_types import Freshness
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.row_changes import row_changes
from arcbeat.domain.readings.snapshot_rows import SnapshotRow, full_row
from arcbeat.domain.readings.snapshots import Delta, Snapshot, apply_delta, delta_between
from arcbeat.realtime.sampling.stream import DELTAS_MAX, Stream
from tests.domain.readings.test_snapshots import floors

T0 = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
Rows = Mapping[str, Any]


def empty(stream_id: str = "s", fields_version: int = 1) -> Snapshot:
    return Snapshot(
        type_code="welding",
        stream_id=stream_id,
        seq=0,
        sampled_at=T0,
        source=Source.SNAPSHOT,
        fields_version=fields_version,
        rows={},
    )


def row(current: float) -> Rows:
    return {"ts": T0, "freshness": Freshness.LIVE, "clock_skew": False, "values": {"weld_current": current}}


def advance(stream: Stream, plant: Rows) -> Delta:
    rows: Mapping[str, SnapshotRow] = {code: full_row(code, full) for code, full in sorted(plant.items())}
    sampled_at = T0 + timedelta(seconds=5 * stream.snapshot.seq)
    snapshot, delta = stream.next_snapshot(rows, row_changes(stream.snapshot.rows, rows), sampled_at, Source.SNAPSHOT)
    stream.advance(snapshot, delta)
    return delta


def advanced(count: int, deltas_max: int = DELTAS_MAX) -> tuple[Stream, list[Snapshot]]:
    """Return a stream after ``count`` ticks, and all its snapshots."""
    stream = Stream(empty(), deltas_max=deltas_max)
    snapshots = [stream.snapshot]
    for number in range(count):
        advance(stream, {"A1": row(number), "A2": row(number // 3)})
        snapshots.append(stream.snapshot)
    return stream, snapshots


def test_seq_increases_by_one_and_a_delta_names_its_start() -> None:
    stream = Stream(empty())

    deltas = [advance(stream, {"A1": row(current)}) for current in (1, 2)]

    assert [(each.since, each.seq) for each in deltas] == [(0, 1), (1, 2)]
    assert stream.snapshot.seq == 2


@pytest.mark.parametrize("missing", [1, 2, DELTAS_MAX - 1, DELTAS_MAX])
def test_a_client_that_is_a_little_behind_gets_one_delta(missing: int) -> None:
    stream, snapshots = advanced(DELTAS_MAX + 5)
    known = snapshots[-1 - missing]

    delta = stream.delta_since(known.stream_id, known.seq)

    assert delta is not None
    assert apply_delta(known, delta) == stream.snapshot


def test_a_client_that_has_the_newest_snapshot_gets_an_empty_delta() -> None:
    stream, _ = advanced(3)

    delta = stream.delta_since("s", 3)

    assert delta is not None
    assert (delta.since, delta.seq, delta.changed, delta.removed) == (3, 3, {}, ())
    assert apply_delta(stream.snapshot, delta) == stream.snapshot


@pytest.mark.parametrize(
    ("stream_id", "seq"),
    [("s", DELTAS_MAX + 5 - DELTAS_MAX - 1), ("s", DELTAS_MAX + 6), ("s", -1), ("another", DELTAS_MAX + 5)],
    ids=["too far behind", "from the future", "before the beginning", "of another stream"],
)
def test_there_is_no_delta_from_any_other_position(stream_id: str, seq: int) -> None:
    stream, _ = advanced(DELTAS_MAX + 5)

    assert stream.delta_since(stream_id, seq) is None


def test_fewer_deltas_are_stored_if_many_rows_change() -> None:
    stream = Stream(empty(), changed_rows_max=4)
    for current in range(5):
        advance(stream, {"A1": row(current), "A2": row(current)})

    assert [stream.delta_since("s", seq) is not None for seq in (2, 3, 4)] == [False, True, True]
    advance(stream, {code: row(9) for code in ("A1", "A2", "A3", "A4", "A5")})
    assert [stream.delta_since("s", seq) is not None for seq in (4, 5)] == [False, True], (
        "the newest delta is always stored"
    )


def test_a_delta_over_several_ticks_leads_only_from_its_start() -> None:
    stream, snapshots = advanced(6)
    follower = Stream(snapshots[1])
    for before, after in ((1, 2), (2, 5), (5, 6)):
        follower.advance(snapshots[after], delta_between(snapshots[before], snapshots[after]))

    deltas = [follower.delta_since("s", seq) for seq in range(1, 7)]

    assert [each is not None for each in deltas] == [True, True, False, False, True, True]
    assert deltas[0] is not None
    assert apply_delta(snapshots[1], deltas[0]) == stream.snapshot


def test_making_the_next_snapshot_does_not_change_the_stream() -> None:
    stream, [*_, newest] = advanced(3)

    stream.next_snapshot({}, {}, T0, Source.MEMORY)

    assert stream.snapshot is newest
    assert stream.delta_since("s", newest.seq - 1) is not None


class Client:
    """Has one snapshot, and catches up by a delta if there is one."""

    def __init__(self) -> None:
        self.known: Snapshot | None = None
        self.taken = 0

    def sync(self, stream: Stream) -> None:
        delta = stream.delta_since(self.known.stream_id, self.known.seq) if self.known else None
        if self.known is not None and delta is not None:
            self.known = apply_delta(self.known, delta)
        else:
            self.known = stream.snapshot
            self.taken += 1


# A sequence of events: a tick with these rows, a restart, changed fields, or a client that catches up.
events = st.lists(st.one_of(floors, st.sampled_from(["restart", "fields", "sync"])), max_size=12)


@given(events, st.integers(1, 4))
def test_a_client_that_catches_up_at_any_time_has_the_newest_snapshot(
    history: list[Rows | str], deltas_max: int
) -> None:
    streams, client = 1, Client()
    stream = Stream(empty("1"), deltas_max=deltas_max)
    for event in history:
        if event == "sync":
            client.sync(stream)
            assert client.known == stream.snapshot
        elif isinstance(event, str):
            streams += 1
            version = stream.snapshot.fields_version + (event == "fields")
            stream = Stream(empty(str(streams), version), deltas_max=deltas_max)
        else:
            advance(stream, event)

    client.sync(stream)
    assert client.known == stream.snapshot


@given(st.lists(floors, min_size=1, max_size=8), st.integers(0, 8), st.integers(1, 8))
def test_there_is_a_delta_from_every_snapshot_that_is_not_too_far_behind(
    history: list[Rows], behind: int, deltas_max: int
) -> None:
    stream = Stream(empty(), deltas_max=deltas_max)
    snapshots = [stream.snapshot]
    for plant in history:
        advance(stream, plant)
        snapshots.append(stream.snapshot)
    known = snapshots[max(0, len(snapshots) - 1 - behind)]

    delta = stream.delta_since(known.stream_id, known.seq)

    assert (delta is not None) == (stream.snapshot.seq - known.seq <= deltas_max)
    assert delta is None or apply_delta(known, delta) == stream.snapshot
