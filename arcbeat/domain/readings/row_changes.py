"""What has changed between the rows of two snapshots."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from arcbeat.domain.readings.latest import state_of
from arcbeat.domain.readings.snapshot_rows import RowChange, SnapshotRow
from arcbeat.domain.readings.stored_rows import changed_items
from arcbeat.domain.schema.columns import Value

Pair: TypeAlias = tuple[SnapshotRow, SnapshotRow]
"""A row, and the row of the same device in the snapshot before."""


class NewRows(Mapping[str, RowChange]):
    """The full rows of all devices, as the changes that lead from an empty snapshot.

    Each is made when it is looked up, which is usually never: those of 100 000 devices would take 100 MB.

    Attributes:
        rows: the rows themselves.
    """

    def __init__(self, rows: Mapping[str, SnapshotRow]) -> None:
        self.rows = rows

    def __getitem__(self, device_code: str) -> RowChange:
        return self.rows[device_code].full()

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def row_changes(before: Mapping[str, SnapshotRow], after: Mapping[str, SnapshotRow]) -> Mapping[str, RowChange]:
    """Return the changes of all rows that differ, by device code; a new device has its full row."""
    if not before:
        return NewRows(after)
    changed: dict[str, RowChange] = {}
    add_changes(changed, [*after.values()], [*map(before.get, after)])
    return changed


def add_changes(changed: dict[str, RowChange], rows: Sequence[SnapshotRow], olds: Sequence[SnapshotRow | None]) -> None:
    """Add the changes of the rows that differ from the old row at the same position.

    A row without an old one is that of a new device.
    """
    changed.update((row.device_code, row.full()) for row, old in zip(rows, olds, strict=True) if old is None)
    pairs = [(row, old) for row, old in zip(rows, olds, strict=True) if old is not None and old is not row]
    for (row, old), values in zip(pairs, _changed_values(pairs), strict=True):
        change: dict[str, object] = {"ts": row.ts} if row.ts != old.ts else {}
        if row.freshness is not old.freshness:
            change["freshness"] = row.freshness
        if row.clock_skew is not old.clock_skew:
            change["clock_skew"] = row.clock_skew
        if values:
            change["values"] = values
        if change:
            changed[row.device_code] = change


def _changed_values(pairs: Sequence[Pair]) -> Sequence[Mapping[str, Value]]:
    """Return the visible values of each row that differ from those of the old one."""
    if _are_of_one_form(pairs):
        return _compared(pairs)
    return [
        _compared([pair])[0] if _are_of_one_form([pair]) else changed_items(pair[0].values, pair[1].values)
        for pair in pairs
    ]


def _are_of_one_form(pairs: Sequence[Pair]) -> bool:
    shown = pairs[0][0].shown if pairs else None
    return shown is not None and all(
        row.shown is shown and old.shown is shown and row.stored and old.stored for row, old in pairs
    )


def _compared(pairs: Sequence[Pair]) -> Sequence[Mapping[str, Value]]:
    """Return what :func:`_changed_values` returns, of rows of one form, most of which are not decoded for that."""
    shown = pairs[0][0].shown
    found = shown.form.changed_values([row.stored for row, _ in pairs], [old.stored for _, old in pairs])
    state_field, visible = shown.state_field, shown.visible_some
    for (row, old), values in zip(pairs, found, strict=True):
        row.decoded_state = state_of(values[state_field]) if state_field in values else old.decoded_state
    return [visible(values) if values else values for values in found]
