"""The snapshots of one type one after another, and the deltas between the last of them."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from arcbeat.domain.latest import Source
from arcbeat.domain.snapshots import Change, Delta, Snapshot, SnapshotRow, applied, delta_of, joined, nothing_since

MAX_DELTAS = 60
"""So many ticks a client may be behind and still catch up by deltas."""


class Stream:
    """Where a stream is, and how one gets there from a little while ago, at most ``max_deltas`` ticks."""

    def __init__(self, snapshot: Snapshot, *, max_deltas: int = MAX_DELTAS) -> None:
        self.snapshot = snapshot
        self._deltas: deque[Delta] = deque(maxlen=max_deltas)

    def advance(
        self, rows: Mapping[str, SnapshotRow], changed: Mapping[str, Change], sampled_at: datetime, source: Source
    ) -> Delta:
        """The next snapshot, by its rows and what is different of them; answers what leads there."""
        before = self.snapshot
        self.snapshot = Snapshot(
            type_code=before.type_code,
            stream_id=before.stream_id,
            seq=before.seq + 1,
            sampled_at=sampled_at,
            source=source,
            fields_version=before.fields_version,
            rows=rows,
        )
        delta = delta_of(before, self.snapshot, changed)
        self._deltas.append(delta)
        return delta

    def follow(self, delta: Delta) -> None:
        """The next snapshot, by the delta that leads there.

        Raises:
            ValueError: it starts somewhere else.
        """
        self.snapshot = applied(self.snapshot, delta)
        self._deltas.append(delta)

    def since(self, stream_id: str, seq: int) -> Delta | None:
        """What leads from there to here; None when that is not known any more, or is another stream."""
        missing = self.snapshot.seq - seq
        if stream_id != self.snapshot.stream_id or not 0 <= missing <= len(self._deltas):
            return None
        if not missing:
            return nothing_since(self.snapshot)
        return joined(islice(self._deltas, len(self._deltas) - missing, None))
