"""Snapshots: the newest readings of all devices of a type at one tick, and the deltas between them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.row_changes import row_changes
from arcbeat.domain.readings.snapshot_rows import RowChange, SnapshotRow, full_row, merge_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The newest readings of all registered devices of a type at one tick.

    Attributes:
        stream_id: identifies the stream that ``seq`` counts in. A new stream begins when the process restarts, when
            another process takes over, and when the fields change.
        seq: increases by one with every tick.
        sampled_at: every row was the newest at this time or later.
        source: MEMORY when a store was unavailable at this tick and the rows are those of an earlier one.
        rows: by device code, ordered by device code.
        is_remote: another process sampled it; the rows hold the visible fields only.
    """

    type_code: str
    stream_id: str
    seq: int
    sampled_at: datetime
    source: Source
    fields_version: int
    rows: Mapping[str, SnapshotRow]
    is_remote: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """The difference between two snapshots of a stream.

    Attributes:
        since: the seq of the snapshot that it starts from.
        changed: by device code; a new device has its full row.
        removed: devices that are no longer registered.
    """

    type_code: str
    stream_id: str
    since: int
    seq: int
    sampled_at: datetime
    source: Source
    changed: Mapping[str, RowChange]
    removed: tuple[str, ...]


def delta_between(before: Snapshot, after: Snapshot) -> Delta:
    """Return the delta from one snapshot to a later one of the same stream."""
    return delta_with(before, after, row_changes(before.rows, after.rows))


def delta_with(
    before: Snapshot, after: Snapshot, changed: Mapping[str, RowChange], *, may_lack_devices: bool = True
) -> Delta:
    """Return the delta from one snapshot to a later one of the same stream, from row changes computed before.

    Unless the later one may lack devices of the first, it is not searched for them.
    """
    return Delta(
        type_code=after.type_code,
        stream_id=after.stream_id,
        since=before.seq,
        seq=after.seq,
        sampled_at=after.sampled_at,
        source=after.source,
        changed=changed,
        removed=_removed(before.rows, after.rows) if may_lack_devices else (),
    )


def _removed(before: Mapping[str, SnapshotRow], after: Mapping[str, SnapshotRow]) -> tuple[str, ...]:
    # That nothing was removed, which is usual, is found several times as fast as what was.
    return () if before.keys() <= after.keys() else tuple(code for code in before if code not in after)


def empty_delta(snapshot: Snapshot) -> Delta:
    """Return the delta for a client that has this snapshot already."""
    return Delta(
        type_code=snapshot.type_code,
        stream_id=snapshot.stream_id,
        since=snapshot.seq,
        seq=snapshot.seq,
        sampled_at=snapshot.sampled_at,
        source=snapshot.source,
        changed={},
        removed=(),
    )


def apply_delta(before: Snapshot, delta: Delta) -> Snapshot:
    """Return the snapshot that a delta leads to.

    Raises:
        ValueError: the delta starts from another snapshot.
    """
    if (before.stream_id, before.seq) != (delta.stream_id, delta.since):
        raise ValueError("the delta starts from another snapshot")
    rows = dict(before.rows)
    for code in delta.removed:
        rows.pop(code, None)
    has_new = any(code not in rows for code in delta.changed)
    for code, change in delta.changed.items():
        old = rows.get(code)
        rows[code] = old.with_change(change) if old else full_row(code, change)
    return replace(
        before,
        seq=delta.seq,
        sampled_at=delta.sampled_at,
        source=delta.source,
        # Replacing a row keeps its position; only new rows have to be sorted in.
        rows=dict(sorted(rows.items())) if has_new else rows,
    )


def merge_deltas(deltas: Iterable[Delta]) -> Delta:
    """Return one delta for one or more consecutive deltas, oldest first."""
    first, *later = deltas
    if not later:
        return first
    changed, removed = dict(first.changed), dict.fromkeys(first.removed)
    for delta in later:
        for code in delta.removed:
            changed.pop(code, None)
            removed[code] = None
        for code, change in delta.changed.items():
            before = changed.get(code)
            # A device that was removed before is new in this delta, so that the change is its full row.
            changed[code] = change if before is None else merge_changes(before, change)
    return replace(
        later[-1],
        since=first.since,
        changed=changed,
        removed=tuple(code for code in removed if code not in changed),
    )
