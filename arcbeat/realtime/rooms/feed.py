"""The frames of one stream of snapshots: each is made once per tick, and shared by all clients who need the same."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.filtering import ALL_ROWS, SnapshotFilter
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.sampling.row_encoding import encode, encode_delta, encode_delta_in_slices, header_of
from arcbeat.realtime.sampling.stream import Stream

SNAPSHOT_PATH = "/api/v1/device/data/realtime/snapshot"
JOINED_BYTES_MAX = 2 * 1024 * 1024
"""Size of a delta over several ticks. Above it the snapshot, which HTTP compresses, is less to send."""

CHANGES_AHEAD_MIN = 5_000
"""Changes of a tick from which its frame is made in slices before clients ask for it."""


class StreamPosition(NamedTuple):
    """Which snapshot a client holds. A sequence number is only comparable within one stream."""

    stream_id: str
    seq: int


class Feed(ABC):
    """Snapshots of one device type, of all devices or of those that match a filter.

    Each frame is made once, when the first member needs it, shared by all members, and dropped at the next tick.
    """

    where: SnapshotFilter = ALL_ROWS

    def __init__(self, type_code: str) -> None:
        self.type_code = type_code
        self._frames: dict[Hashable, Frame] = {}
        self._is_followed = False

    @property
    @abstractmethod
    def stream(self) -> Stream | None:
        """The snapshots and their deltas."""

    @property
    @abstractmethod
    def snapshot(self) -> Snapshot:
        """The newest snapshot. Must not be read before the room is ready."""

    @property
    @abstractmethod
    def device_type(self) -> DeviceType:
        """The device type as it was when the newest snapshot was made. Must not be read before the room is ready."""

    @property
    def position(self) -> StreamPosition:
        """The position of a client that has received everything."""
        return StreamPosition(self.snapshot.stream_id, self.snapshot.seq)

    def state(self) -> dict[str, Any]:
        """Return the position of the feed, and the URL of a snapshot that is at least as new."""
        return {
            **header_of(self.snapshot),
            "fields_version": self.snapshot.fields_version,
            "snapshot_url": f"{SNAPSHOT_PATH}?{urlencode(self._snapshot_query(), doseq=True)}",
        }

    def frame_since(self, position: StreamPosition) -> Frame:
        """Return the frame for a client at this position.

        It is a ``delta`` to the newest snapshot, ``lagging`` if the client is too far behind for a delta, or ``reset``
        if the stream is another one.
        """
        self._is_followed = True
        return self.cached_frame(position, lambda: self._frame_since(position))

    async def encode_ahead(self) -> None:
        """Make the frame of a tick with very many changes in slices, if a client took a delta at the tick before."""
        is_followed, self._is_followed = self._is_followed, False
        delta = self.stream.newest_delta if self.stream else None
        if not is_followed or delta is None or len(delta.changed) < CHANGES_AHEAD_MIN:
            return
        frame = Frame("delta", await encode_delta_in_slices(delta))
        if self.position == (delta.stream_id, delta.seq):
            self._frames.setdefault(StreamPosition(delta.stream_id, delta.since), frame)

    def cached_frame(self, key: Hashable, make: Callable[[], Frame]) -> Frame:
        """Return the frame with this key, made at most once per tick."""
        if key not in self._frames:
            self._frames[key] = make()
        return self._frames[key]

    def _frame_since(self, position: StreamPosition) -> Frame:
        now = self.position
        if position.stream_id != now.stream_id:
            return Frame("reset", encode({**self.state(), "reason": "new-stream"}))
        delta = self.stream.delta_since(*position) if self.stream else None
        if delta is not None:
            body = encode_delta(delta)
            # A delta of one tick is always sent: a client that keeps up must never be asked to take snapshots.
            if delta.seq - delta.since <= 1 or len(body) <= JOINED_BYTES_MAX:
                return Frame("delta", body)
        return Frame("lagging", encode({**self.state(), "take_snapshot": True}))

    def _snapshot_query(self) -> dict[str, Any]:
        readings = self.where.readings
        query = {
            "type_code": self.type_code,
            "team_name": self.where.team_name,
            "device_status": sorted(readings.states),
            "freshness": sorted(readings.freshness),
        }
        return {name: value for name, value in query.items() if value}
