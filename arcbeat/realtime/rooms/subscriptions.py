"""What one client is told of a room: always what is newest for it, however long it was busy before it asks."""

from collections.abc import Callable
from typing import Protocol

from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.room import Room, StreamPosition
from arcbeat.realtime.sampling.row_encoding import encode_view


class Subscription(Protocol):
    """Frames for one client."""

    def next_frame(self) -> Frame | None:
        """The newest, which counts as told; None when the client has it already."""
        ...


class DeltaSubscription:
    """The changes of a type: from where the client is to where the room is, in one delta or in words.

    Attributes:
        position: where the client is.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self.position = room.position

    def next_frame(self) -> Frame | None:
        before, self.position = self.position, self.room.position
        return None if before == self.position else self.room.frame_since(before)

    def catch_up(self, position: StreamPosition) -> Frame:
        """What leads to here from where the client says that it is."""
        self.position = self.room.position
        return self.room.frame_since(position)


class ViewSubscription:
    """The whole rows of some devices at every tick.

    Args:
        told: which moment the client knows already.
    """

    def __init__(self, room: Room, device_codes: tuple[str, ...], told: StreamPosition | None = None) -> None:
        self.room = room
        self.device_codes = device_codes
        self._position = told

    def next_frame(self) -> Frame | None:
        before, self._position = self._position, self.room.position
        if before == self._position:
            return None
        return Frame("view", encode_view(self.room.snapshot, self.device_codes))


class SnapshotSubscription:
    """The snapshot, then its changes; the snapshot again where changes do not lead on.

    Args:
        snapshot: of a room, as a frame.
    """

    def __init__(self, room: Room, snapshot: Callable[[Room], Frame]) -> None:
        self.room = room
        self._snapshot = snapshot
        self._position: StreamPosition | None = None

    def next_frame(self) -> Frame | None:
        before, self._position = self._position, self.room.position
        if before == self._position:
            return None
        frame = self.room.frame_since(before) if before is not None else None
        return frame if frame is not None and frame.event == "delta" else self._snapshot(self.room)
