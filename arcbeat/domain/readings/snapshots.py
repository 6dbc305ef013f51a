"""What all devices of a type say at one tick, and what is different at the next."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias, cast

from arcbeat.domain.catalogue.device_types import Freshness
from arcbeat.domain.readings.columns import Value
from arcbeat.domain.readings.latest import CachedLatest, Source
from arcbeat.domain.readings.readings import Latest, Reading

Change: TypeAlias = Mapping[str, object]
"""What is different of a row, by its keys; under ``values`` only the fields that are."""


@dataclass(slots=True, eq=False)
class SnapshotRow:
    """What one device says; nothing of it changes, but it is made by the thousand, and freezing costs.

    It stays the same object from tick to tick for as long as the device says nothing new.

    Attributes:
        latest: the reading as the store gave it; None for a device that never reported.
        values: every visible field of the type, as JSON holds them.
    """

    device_code: str
    latest: Latest | None
    ts: datetime | None
    freshness: Freshness
    clock_skew: bool
    values: Mapping[str, Value]
    _known: CachedLatest | None = None
    _encoded: bytes | None = None

    def known(self, sampled_at: datetime) -> CachedLatest:
        """The reading as pages hold it, made once for all of them; the snapshot at hand is of ``sampled_at``."""
        if self._known is None:
            self._known = CachedLatest(self.device_code, self.latest, sampled_at)
        return self._known

    def encoded(self, encode: Callable[["SnapshotRow"], bytes]) -> bytes:
        """This as JSON, encoded once for all that hold it: views and the whole snapshot."""
        if self._encoded is None:
            self._encoded = encode(self)
        return self._encoded

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SnapshotRow) and self.whole() == other.whole()

    def judged(self, freshness: Freshness) -> "SnapshotRow":
        """The same reading at another moment."""
        if freshness is self.freshness:
            return self
        row = SnapshotRow(self.device_code, self.latest, self.ts, freshness, self.clock_skew, self.values)
        row._known = self._known
        return row

    def changed(self, change: Change) -> "SnapshotRow":
        """The row that a change leads to."""
        ts = cast("datetime | None", change.get("ts", self.ts))
        freshness = Freshness(str(change["freshness"])) if "freshness" in change else self.freshness
        clock_skew = change.get("clock_skew", self.clock_skew) is True
        values = {**self.values, **_values(change)} if "values" in change else self.values
        return _row(self.device_code, ts, freshness, clock_skew=clock_skew, values=values)

    def whole(self) -> dict[str, object]:
        """All of it, as frames hold it."""
        return {"ts": self.ts, "freshness": self.freshness, "clock_skew": self.clock_skew, "values": self.values}

    def since(self, before: "SnapshotRow") -> Change:
        """What is different from a row of the same fields; empty when nothing is."""
        change: dict[str, object] = {}
        if self.ts != before.ts:
            change["ts"] = self.ts
        if self.freshness is not before.freshness:
            change["freshness"] = self.freshness
        if self.clock_skew is not before.clock_skew:
            change["clock_skew"] = self.clock_skew
        values, old = self.values, before.values
        if values != old and (different := {name: value for name, value in values.items() if value != old[name]}):
            change["values"] = different
        return change


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The newest readings of all registered devices of a type at one tick.

    Attributes:
        stream_id: numbers mean something only within one stream; another one begins with a restart, on another
            process, and with other fields.
        seq: goes up by one with every tick.
        sampled_at: all of it was true then or later.
        source: memory when a store was away at this tick, and this is what it said before.
        rows: by device code, in the order of the codes.
        is_told: another process said it, so that the rows hold what is shown of the readings, and no more.
    """

    type_code: str
    stream_id: str
    seq: int
    sampled_at: datetime
    source: Source
    fields_version: int
    rows: Mapping[str, SnapshotRow]
    is_told: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What leads from one snapshot of a stream to a later one.

    Attributes:
        since: the seq of the snapshot that it starts from.
        changed: by device code; a device that is new has its whole row.
        removed: devices that are not registered any more.
    """

    type_code: str
    stream_id: str
    since: int
    seq: int
    sampled_at: datetime
    source: Source
    changed: Mapping[str, Change]
    removed: tuple[str, ...]


def difference(before: Snapshot, after: Snapshot) -> Delta:
    """The delta from one snapshot to a later one of the same stream."""
    return delta_of(before, after, changes(before.rows, after.rows))


def changes(before: Mapping[str, SnapshotRow], after: Mapping[str, SnapshotRow]) -> dict[str, Change]:
    """What is different of these rows; of a device that was not there, everything."""
    changed: dict[str, Change] = {}
    for code, row in after.items():
        old = before.get(code)
        if old is not row and (change := row.whole() if old is None else row.since(old)):
            changed[code] = change
    return changed


def delta_of(before: Snapshot, after: Snapshot, changed: Mapping[str, Change]) -> Delta:
    """The delta from one snapshot to a later one of the same stream, by what is different of its rows."""
    return Delta(
        type_code=after.type_code,
        stream_id=after.stream_id,
        since=before.seq,
        seq=after.seq,
        sampled_at=after.sampled_at,
        source=after.source,
        changed=changed,
        removed=tuple(code for code in before.rows if code not in after.rows),
    )


def nothing_since(snapshot: Snapshot) -> Delta:
    """For whoever has this snapshot already."""
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


def applied(before: Snapshot, delta: Delta) -> Snapshot:
    """The snapshot that a delta from this one leads to.

    Raises:
        ValueError: the delta is not from this snapshot.
    """
    if (before.stream_id, before.seq) != (delta.stream_id, delta.since):
        raise ValueError("the delta is from another snapshot")
    rows = dict(before.rows)
    for code in delta.removed:
        rows.pop(code, None)
    is_new = any(code not in rows for code in delta.changed)
    for code, change in delta.changed.items():
        old = rows.get(code)
        rows[code] = old.changed(change) if old else row_of(code, change)
    return replace(
        before,
        seq=delta.seq,
        sampled_at=delta.sampled_at,
        source=delta.source,
        rows=dict(sorted(rows.items())) if is_new else rows,
    )


def row_of(device_code: str, whole: Change) -> SnapshotRow:
    """A row from all that frames hold of it; what the type hides is not in it."""
    ts, freshness = cast("datetime | None", whole["ts"]), Freshness(str(whole["freshness"]))
    return _row(device_code, ts, freshness, clock_skew=whole["clock_skew"] is True, values=_values(whole))


def _row(
    device_code: str, ts: datetime | None, freshness: Freshness, *, clock_skew: bool, values: Mapping[str, Value]
) -> SnapshotRow:
    latest = None if ts is None else Latest(Reading(device_code, ts, values), clock_skew)
    return SnapshotRow(device_code, latest, ts, freshness, clock_skew, values)


def joined(deltas: Iterable[Delta]) -> Delta:
    """One delta for several that follow each other, oldest first; there is at least one."""
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
            # whoever had been removed is new, and so has its whole row
            changed[code] = change if before is None else merged(before, change)
    return replace(
        later[-1],
        since=first.since,
        changed=changed,
        removed=tuple(code for code in removed if code not in changed),
    )


def merged(before: Change, after: Change) -> Change:
    """A row, or what is different of it, with a later change put on top."""
    whole = {**before, **after}
    if "values" in before and "values" in after:
        whole["values"] = {**_values(before), **_values(after)}
    return whole


def _values(change: Change) -> Mapping[str, Value]:
    return cast("Mapping[str, Value]", change["values"])
