"""A stream: consecutive snapshots of one device type, of which the newest is stored, and the deltas between them."""

import secrets
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.row_changes import NewRows
from arcbeat.domain.readings.snapshot_rows import RowChange, SnapshotRow
from arcbeat.domain.readings.snapshots import Delta, Snapshot, delta_with, empty_delta, merge_deltas

STREAM_ID_BYTES = 8
DELTAS_MAX = 60
"""Stored deltas; a client that is at most this many ticks behind catches up without a snapshot."""
CHANGED_ROWS_MAX = 100_000
"""Changed rows in all stored deltas, some 30 MB; it also limits the time to merge them. Of a type with more changes per
tick only the newest delta is stored."""


class Stream:
    """The newest snapshot and the deltas that led to it.

    Args:
        deltas_max: how many deltas to store.
        changed_rows_max: how many changed rows to store in all deltas; the newest delta is stored in any case.
    """

    def __init__(
        self, snapshot: Snapshot, *, deltas_max: int = DELTAS_MAX, changed_rows_max: int = CHANGED_ROWS_MAX
    ) -> None:
        self.snapshot = snapshot
        self._deltas_max = deltas_max
        self._changed_rows_max = changed_rows_max
        self._deltas: deque[Delta] = deque()
        self._changed_rows = 0

    def next_snapshot(
        self,
        rows: Mapping[str, SnapshotRow],
        changed: Mapping[str, RowChange],
        sampled_at: datetime,
        source: Source,
        *,
        may_lack_devices: bool = True,
    ) -> tuple[Snapshot, Delta]:
        """Return the next snapshot and the delta that leads to it. The stream does not change: see ``advance``.

        ``changed`` holds what differs between the rows of the present snapshot and ``rows``. Unless ``rows`` may lack
        devices of the present snapshot, they are not searched for them.
        """
        before = self.snapshot
        after = Snapshot(
            type_code=before.type_code,
            stream_id=before.stream_id,
            seq=before.seq + 1,
            sampled_at=sampled_at,
            source=source,
            fields_version=before.fields_version,
            rows=rows,
            # While a store is unavailable, the rows are those from before, which another process may have sampled.
            is_remote=before.is_remote and source is Source.MEMORY,
        )
        return after, delta_with(before, after, changed, may_lack_devices=may_lack_devices)

    def advance(self, snapshot: Snapshot, delta: Delta) -> list[object]:
        """Make ``snapshot`` the newest; ``delta`` leads to it. Return what is no longer stored, to be freed."""
        self.snapshot = snapshot
        dropped: list[object] = []
        self._deltas.append(delta)
        self._changed_rows += len(delta.changed)
        while len(self._deltas) > self._deltas_max or (
            self._changed_rows > self._changed_rows_max and len(self._deltas) > 1
        ):
            oldest = self._deltas.popleft().changed
            self._changed_rows -= len(oldest)
            dropped += oldest.rows.values() if isinstance(oldest, NewRows) else oldest.values()
        return dropped

    @property
    def newest_delta(self) -> Delta | None:
        """The delta that led to the newest snapshot; None if the stream began with it."""
        return self._deltas[-1] if self._deltas else None

    def delta_since(self, stream_id: str, seq: int) -> Delta | None:
        """Return one delta from an earlier snapshot to the newest; None if the earlier one is of another stream, is no
        longer covered by the stored deltas, or never existed."""
        if stream_id != self.snapshot.stream_id:
            return None
        if seq == self.snapshot.seq:
            return empty_delta(self.snapshot)
        missing = sum(delta.since >= seq for delta in self._deltas)
        if not missing or self._deltas[-missing].since != seq:
            return None
        return merge_deltas(islice(self._deltas, len(self._deltas) - missing, None))


def empty_snapshot(device_type: DeviceType, at: datetime) -> Snapshot:
    """Return the snapshot that a new stream starts from: seq 0, without rows."""
    return Snapshot(
        type_code=device_type.type_code,
        stream_id=secrets.token_hex(STREAM_ID_BYTES),
        seq=0,
        sampled_at=at,
        source=Source.SNAPSHOT,
        fields_version=device_type.fields_version,
        rows={},
    )
