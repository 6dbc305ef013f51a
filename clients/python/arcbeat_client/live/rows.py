"""The rows of a table, and what changed in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from arcbeat_client.frames import Delta, Field, Row, SnapshotMessage, View, Watched

Kind = Literal["snapshot", "resync", "delta", "view"]


@dataclass(frozen=True, kw_only=True)
class Update:
    """What changed in the rows.

    Args:
        kind: ``snapshot`` if all rows were replaced, ``resync`` for the changes that were missed, ``delta`` for those
            of one tick, ``view`` for the rows of a view.
        since: the number of the snapshot before, in the stream of ``seq``; 0 after the first snapshot of a stream.
        seq: the number of the snapshot that the rows now equal.
        changed: codes of devices with new values.
        removed: codes of devices that are no longer in the table.
    """

    kind: Kind
    since: int
    seq: int
    changed: frozenset[str]
    removed: frozenset[str]

    def followed_by(self, later: "Update") -> "Update":
        """Return one update for both, for a reader that has seen neither."""
        return Update(
            kind=later.kind if later.kind == "snapshot" or self.kind == "delta" else self.kind,
            since=self.since if later.since == self.seq else later.since,
            seq=later.seq,
            changed=(self.changed - later.removed) | later.changed,
            removed=(self.removed - later.changed) | later.removed,
        )


class Gap(Exception):
    """A delta before this one was missed, or it is of another stream."""


class Rows:
    """The rows of a device type or of a view, by the codes of the devices."""

    def __init__(self) -> None:
        self.stream_id = ""
        self.seq = 0
        self.by_code: dict[str, Row] = {}
        self.fields: list[Field] = []

    def take(self, snapshot: SnapshotMessage) -> Update:
        """Replace all rows by those of a snapshot."""
        self.fields = snapshot["fields"]
        return self._replaced("snapshot", snapshot["stream_id"], snapshot["seq"], snapshot["items"])

    def show(self, view: View | Watched) -> Update:
        """Replace all rows by those of a view."""
        return self._replaced("view", view["stream_id"], view["seq"], view["items"])

    def apply(self, delta: Delta, kind: Kind = "delta") -> Update | None:
        """Apply a delta; return None if it is older than the rows.

        Raises:
            Gap: it does not continue the rows.
        """
        if delta["stream_id"] != self.stream_id or delta["since"] > self.seq:
            raise Gap
        if delta["seq"] <= self.seq:
            return None
        since, self.seq = self.seq, delta["seq"]
        for code in delta["removed"]:
            self.by_code.pop(code, None)
        for code, change in delta["changed"].items():
            known = self.by_code.get(code)
            values = {**(known["values"] if known else {}), **change.get("values", {})}
            # The change of a new device holds its complete row.
            self.by_code[code] = cast("Row", {"device_code": code, **(known or {}), **change, "values": values})
        changed, removed = frozenset(delta["changed"]), frozenset(delta["removed"])
        return Update(kind=kind, since=since, seq=self.seq, changed=changed, removed=removed)

    def _replaced(self, kind: Kind, stream_id: str, seq: int, items: Iterable[Row]) -> Update:
        since = self.seq if stream_id == self.stream_id else 0
        before, self.by_code = self.by_code, {row["device_code"]: row for row in items}
        self.stream_id, self.seq = stream_id, seq
        changed = frozenset(code for code, row in self.by_code.items() if row != before.get(code))
        return Update(
            kind=kind, since=since, seq=seq, changed=changed, removed=frozenset(before) - frozenset(self.by_code)
        )
