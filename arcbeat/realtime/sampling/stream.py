"""The snapshots of one type one after another, and the deltas between the last of them."""

import secrets
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.snapshots import (
    Delta,
    RowChange,
    Snapshot,
    SnapshotRow,
    delta_with,
    empty_delta,
    merge_deltas,
)

STREAM_ID_BYTES = 8
MAX_DELTAS = 60
"""So many ticks a client may be behind and still catch up by deltas."""
MAX_CHANGES = 100_000
"""Changed rows in all deltas that are kept: some 30 MB, and what joining them takes of time. Of a type of which more
change at a tick only the newest delta is kept."""


class Stream:
    """Where a stream is, and how one gets there from a little while ago.

    Args:
        max_deltas: as many ticks ago as this,
        max_changes: as long as no more rows than these have changed since.
    """

    def __init__(self, snapshot: Snapshot, *, max_deltas: int = MAX_DELTAS, max_changes: int = MAX_CHANGES) -> None:
        self.snapshot = snapshot
        self._max_deltas = max_deltas
        self._max_changes = max_changes
        self._deltas: deque[Delta] = deque()
        self._changes = 0

    def next(
        self, rows: Mapping[str, SnapshotRow], changed: Mapping[str, RowChange], sampled_at: datetime, source: Source
    ) -> tuple[Snapshot, Delta]:
        """The next snapshot, by its rows and what is different of them, and what leads there; nothing moves yet."""
        before = self.snapshot
        after = Snapshot(
            type_code=before.type_code,
            stream_id=before.stream_id,
            seq=before.seq + 1,
            sampled_at=sampled_at,
            source=source,
            fields_version=before.fields_version,
            rows=rows,
            is_remote=before.is_remote and source is Source.MEMORY,  # what is aged is what was told
        )
        return after, delta_with(before, after, changed)

    def move(self, snapshot: Snapshot, delta: Delta) -> None:
        """To the next snapshot."""
        self.snapshot = snapshot
        self._deltas.append(delta)
        self._changes += len(delta.changed)
        while len(self._deltas) > self._max_deltas or (self._changes > self._max_changes and len(self._deltas) > 1):
            self._changes -= len(self._deltas.popleft().changed)

    def delta_since(self, stream_id: str, seq: int) -> Delta | None:
        """What leads from there to here; None when that is not known any more, or is another stream."""
        if stream_id != self.snapshot.stream_id:
            return None
        if seq == self.snapshot.seq:
            return empty_delta(self.snapshot)
        missing = sum(delta.since >= seq for delta in self._deltas)
        if not missing or self._deltas[-missing].since != seq:
            return None
        return merge_deltas(islice(self._deltas, len(self._deltas) - missing, None))


def beginning(device_type: DeviceType, at: datetime) -> Snapshot:
    """The empty snapshot that a stream starts from."""
    return Snapshot(
        type_code=device_type.type_code,
        stream_id=secrets.token_hex(STREAM_ID_BYTES),
        seq=0,
        sampled_at=at,
        source=Source.SNAPSHOT,
        fields_version=device_type.fields_version,
        rows={},
    )
