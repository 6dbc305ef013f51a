"""Snapshots: the newest readings of all devices of a type at one tick, and the deltas between them."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias, cast

from arcbeat.domain.catalogue.device_types import DeviceType, Freshness
from arcbeat.domain.readings.latest import NewestReading, Source, state_of
from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.readings.shown_values import ShownForm
from arcbeat.domain.readings.stored_rows import RECEIVED_FORM, StoredRow
from arcbeat.domain.schema.columns import Value

RowChange: TypeAlias = Mapping[str, object]
"""The changed keys of a row: ``ts``, ``freshness``, ``clock_skew``, and ``values`` with only the changed fields."""

_RECEIVED = ShownForm(RECEIVED_FORM, (), "", lambda values: values, lambda values: values)
"""The form of rows that another process has sent: they have the visible values only, and in their encodable form."""

_NOT_DECODED = "\0not decoded"
"""Stands for the state of a row whose values have not been decoded yet."""


@dataclass(slots=True, eq=False)
class SnapshotRow:
    """One device in a snapshot. Treat it as frozen; it is not declared so, because that makes it slow to create.

    The same object is kept from tick to tick until the device sends a new reading. Its values are decoded when they are
    needed: a hundred thousand decoded rows would take half a gigabyte, and most of them are not looked at in a tick.

    Attributes:
        stored: the reading as the store returned it; None for a device without readings.
        shown: how ``stored`` is decoded, and which of its values clients see.
        decoded_state: the value of the state field; use :meth:`state`, which decodes it.
    """

    device_code: str
    stored: StoredRow | None
    ts: datetime | None
    freshness: Freshness
    clock_skew: bool
    shown: ShownForm
    decoded_state: str | None = _NOT_DECODED
    # The bytes are kept in the row instead of in a cache beside it. Such a cache, by device code, was measured with
    # 10 000 devices and 200 views of 50: it raised the CPU time of a follower's tick from 18.3 to 24.1 ms when a third
    # of the devices had changed, and from 46.5 to 56.9 ms when all had. It also keeps obsolete rows alive.
    _encoded_row: bytes | None = None
    _encoded: dict[Hashable, bytes] | None = None

    @property
    def latest(self) -> Latest | None:
        """The reading, decoded; None for a device without readings."""
        if self.ts is None:
            return None
        return self.shown.form.latest(self.device_code, self.stored, clock_skew=self.clock_skew)

    @property
    def values(self) -> Mapping[str, Value]:
        """Every visible field of the type, in its encodable form; decoded at each call."""
        values = self.shown.all_values(self.stored)
        self.decoded_state = state_of(values.get(self.shown.state_field))
        return self.shown.visible(values)

    def state(self, device_type: DeviceType) -> str | None:
        """Return the state of the device; None when its reading has no state."""
        if device_type.state_field == self.shown.state_field:
            if self.decoded_state is _NOT_DECODED:
                self.decoded_state = state_of(self.shown.all_values(self.stored).get(device_type.state_field))
            return self.decoded_state
        # Another process has sent the row, or the state field of the type was changed.
        return state_of(self.shown.all_values(self.stored).get(device_type.state_field))

    def is_encoded(self, form: Hashable) -> bool:
        """Return whether the reading has been encoded in a form of pages."""
        return self._encoded is not None and form in self._encoded

    def encoded(self, form: Hashable, encode: Callable[[NewestReading], bytes]) -> bytes:
        """Return the reading in an encoded form of pages, encoded once per form for all pages that hold it."""
        if self._encoded is None:
            self._encoded = {}
        if form not in self._encoded:
            self._encoded[form] = encode(self)
        return self._encoded[form]

    def encoded_row(self, encode: Callable[["SnapshotRow"], bytes]) -> bytes:
        """Return the encoded row, encoded once for all views and snapshots that hold it."""
        if self._encoded_row is None:
            self._encoded_row = encode(self)
        return self._encoded_row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SnapshotRow) and self.full() == other.full()

    def with_freshness(self, freshness: Freshness) -> "SnapshotRow":
        """Return a row with the same reading and another freshness; the row itself when the freshness is the same."""
        if freshness is self.freshness:
            return self
        row = SnapshotRow(
            self.device_code, self.stored, self.ts, freshness, self.clock_skew, self.shown, self.decoded_state
        )
        row._encoded = self._encoded
        return row

    def with_reading(self, stored: StoredRow | None, ts: datetime | None, freshness: Freshness) -> "SnapshotRow":
        """Return a row with another reading of the same form."""
        return SnapshotRow(self.device_code, stored, ts, freshness, self.clock_skew, self.shown)

    def with_change(self, change: RowChange) -> "SnapshotRow":
        """Return the row after a change."""
        ts = cast("datetime | None", change.get("ts", self.ts))
        freshness = Freshness(str(change["freshness"])) if "freshness" in change else self.freshness
        clock_skew = change.get("clock_skew", self.clock_skew) is True
        values = {**self.values, **_values(change)} if "values" in change else self.values
        return _row(self.device_code, ts, freshness, clock_skew=clock_skew, values=values)

    def full(self) -> dict[str, object]:
        """Return all keys of the row, as a frame holds a new row."""
        return {"ts": self.ts, "freshness": self.freshness, "clock_skew": self.clock_skew, "values": self.values}

    def changes_since(self, before: "SnapshotRow") -> RowChange:
        """Return what has changed since a row with the same fields; empty when nothing has."""
        change: dict[str, object] = {}
        if self.ts != before.ts:
            change["ts"] = self.ts
        if self.freshness is not before.freshness:
            change["freshness"] = self.freshness
        if self.clock_skew is not before.clock_skew:
            change["clock_skew"] = self.clock_skew
        if different := self._changed_values(before):
            change["values"] = different
        return change

    def _changed_values(self, before: "SnapshotRow") -> Mapping[str, Value]:
        shown = self.shown
        if shown is not before.shown or self.stored is None or before.stored is None:
            values, old = self.values, before.values
            return {} if values == old else {name: value for name, value in values.items() if value != old[name]}
        changed, visible = shown.changed_values(self.stored, before.stored)
        has_state = shown.state_field in changed
        self.decoded_state = state_of(changed[shown.state_field]) if has_state else before.decoded_state
        return visible


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


def row_changes(before: Mapping[str, SnapshotRow], after: Mapping[str, SnapshotRow]) -> dict[str, RowChange]:
    """Return the changes of all rows that differ, by device code; a new device has its full row."""
    changed: dict[str, RowChange] = {}
    for code, row in after.items():
        old = before.get(code)
        if old is not row and (change := row.full() if old is None else row.changes_since(old)):
            changed[code] = change
    return changed


def delta_with(before: Snapshot, after: Snapshot, changed: Mapping[str, RowChange]) -> Delta:
    """Return the delta from one snapshot to a later one of the same stream, from row changes computed before."""
    return Delta(
        type_code=after.type_code,
        stream_id=after.stream_id,
        since=before.seq,
        seq=after.seq,
        sampled_at=after.sampled_at,
        source=after.source,
        changed=changed,
        removed=_removed(before.rows, after.rows),
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


def full_row(device_code: str, full: RowChange) -> SnapshotRow:
    """Return a row from all its keys, as :meth:`SnapshotRow.full` returns them; hidden fields are not among them."""
    ts, freshness = cast("datetime | None", full["ts"]), Freshness(str(full["freshness"]))
    return _row(device_code, ts, freshness, clock_skew=full["clock_skew"] is True, values=_values(full))


def _row(
    device_code: str, ts: datetime | None, freshness: Freshness, *, clock_skew: bool, values: Mapping[str, Value]
) -> SnapshotRow:
    return SnapshotRow(device_code, (ts, values), ts, freshness, clock_skew, _RECEIVED)


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


def merge_changes(before: RowChange, after: RowChange) -> RowChange:
    """Return a full row or a change of a row, updated with a later change."""
    merged = {**before, **after}
    if "values" in before and "values" in after:
        merged["values"] = {**_values(before), **_values(after)}
    return merged


def _values(change: RowChange) -> Mapping[str, Value]:
    return cast("Mapping[str, Value]", change["values"])
