"""Compute the next frame of one client: always the newest, however many ticks passed since its last frame."""

from collections.abc import Callable
from typing import Protocol

from arcbeat.domain.devices.ports import LiveDeviceDetails
from arcbeat.realtime.rooms.feed import Feed, StreamPosition
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.sampling.row_encoding import encode_view


class Subscription(Protocol):
    """The frames of one client in one room."""

    def next_frame(self) -> Frame | None:
        """Return the newest frame and count it as sent, or None if the client is up to date."""
        ...


class DeltaSubscription:
    """The changes of a device type, for a client that takes the snapshot over HTTP.

    Attributes:
        position: the newest snapshot that the client can compute from what it was sent.
    """

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.position = feed.position

    def next_frame(self) -> Frame | None:
        before, self.position = self.position, self.feed.position
        return None if before == self.position else self.feed.frame_since(before)

    def catch_up(self, position: StreamPosition) -> Frame:
        """Return the frame from the position that the client reports, for example after it has reconnected."""
        self.position = self.feed.position
        return self.feed.frame_since(position)


class ViewSubscription:
    """The complete rows of some devices, at every tick.

    Args:
        details: returns the master data of devices, if the rows contain it.
        position: the snapshot whose rows the client already has; by default it has none.
    """

    def __init__(
        self,
        feed: Feed,
        device_codes: tuple[str, ...],
        details: LiveDeviceDetails | None = None,
        position: StreamPosition | None = None,
    ) -> None:
        self.feed = feed
        self.device_codes = device_codes
        self._details = details
        self._position = position

    def next_frame(self) -> Frame | None:
        before, self._position = self._position, self.feed.position
        if before == self._position:
            return None
        details = None if self._details is None else self._details.known(self.device_codes)
        return Frame("view", encode_view(self.feed.snapshot, self.device_codes, details))


class SnapshotSubscription:
    """A snapshot, then its changes, and another snapshot whenever a delta is not possible.

    Args:
        snapshot: makes the snapshot frame of a feed.
    """

    def __init__(self, feed: Feed, snapshot: Callable[[Feed], Frame]) -> None:
        self.feed = feed
        self._snapshot = snapshot
        self._position: StreamPosition | None = None

    def next_frame(self) -> Frame | None:
        before, self._position = self._position, self.feed.position
        if before == self._position:
            return None
        frame = self.feed.frame_since(before) if before is not None else None
        return frame if frame is not None and frame.event == "delta" else self._snapshot(self.feed)
