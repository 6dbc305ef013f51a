"""How the client in Python applies snapshots and deltas."""

from typing import Any, cast

import pytest
from arcbeat_client.frames import Delta, Row, SnapshotMessage
from arcbeat_client.live.rows import Gap, Rows, Update
from arcbeat_client.live.session import FRAMES_WAITING_MAX, Inbox


def row(code: str, **values: Any) -> Row:
    return {"device_code": code, "ts": None, "freshness": "never", "clock_skew": False, "values": values}


def snapshot(*rows: Row, stream_id: str = "s", seq: int = 7) -> SnapshotMessage:
    return cast("SnapshotMessage", {"stream_id": stream_id, "seq": seq, "fields": [], "items": list(rows)})


def delta(since: int, seq: int, removed: tuple[str, ...] = (), stream_id: str = "s", **changed: Any) -> Delta:
    return cast(
        "Delta", {"stream_id": stream_id, "since": since, "seq": seq, "changed": changed, "removed": list(removed)}
    )


@pytest.fixture
def rows() -> Rows:
    rows = Rows()
    rows.take(snapshot(row("W1", a=1, b=2), row("W2", a=1, b=2)))
    return rows


def test_a_delta_replaces_only_the_values_it_names(rows: Rows) -> None:
    update = rows.apply(delta(6, 8, removed=("W2",), W1={"freshness": "live", "values": {"a": 5}}))

    assert rows.by_code == {"W1": row("W1", a=5, b=2) | {"freshness": "live"}}
    assert update == Update(kind="delta", since=7, seq=8, changed=frozenset({"W1"}), removed=frozenset({"W2"}))


def test_a_delta_that_is_not_newer_is_ignored(rows: Rows) -> None:
    assert rows.apply(delta(6, 7, W1={"values": {"a": 5}})) is None
    assert rows.by_code["W1"] == row("W1", a=1, b=2)


@pytest.mark.parametrize("later", [delta(8, 9), delta(7, 8, stream_id="other")])
def test_a_delta_that_does_not_continue_the_rows_is_a_gap(rows: Rows, later: Delta) -> None:
    with pytest.raises(Gap):
        rows.apply(later)


def test_the_first_snapshot_of_a_new_stream_names_what_changed(rows: Rows) -> None:
    update = rows.take(snapshot(row("W1", a=1, b=2), row("W3"), stream_id="other", seq=1))

    assert update == Update(kind="snapshot", since=0, seq=1, changed=frozenset({"W3"}), removed=frozenset({"W2"}))


def test_merged_updates_name_each_device_once(rows: Rows) -> None:
    first = rows.apply(delta(7, 8, removed=("W2",), W1={"freshness": "live"}))
    second = rows.apply(delta(8, 9, removed=("W1",), W2=row("W2")))
    assert first
    assert second

    merged = first.followed_by(second)

    assert merged == Update(kind="delta", since=7, seq=9, changed=frozenset({"W2"}), removed=frozenset({"W1"}))


def test_a_snapshot_does_not_hide_changes_that_were_not_read(rows: Rows) -> None:
    first = rows.apply(delta(7, 8, removed=("W2",), W1={"freshness": "live"}))
    second = rows.take(snapshot(rows.by_code["W1"], row("W3"), stream_id="other", seq=3))
    assert first

    merged = first.followed_by(second)

    changed, removed = frozenset({"W1", "W3"}), frozenset({"W2"})
    assert merged == Update(kind="snapshot", since=0, seq=3, changed=changed, removed=removed)


async def test_an_inbox_drops_frames_above_its_bound_but_no_other_event() -> None:
    inbox = Inbox()
    for number in range(FRAMES_WAITING_MAX + 5):
        inbox.put("delta", number)
    inbox.put("closing", {})

    received = [await inbox.get() for _ in range(FRAMES_WAITING_MAX + 1)]

    assert received[-1] == ("closing", {})
    assert [payload for _, payload in received[:-1]] == list(range(FRAMES_WAITING_MAX))
