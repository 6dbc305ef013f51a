"""What is made of the newest snapshot of a feed: once for all who ask, and gone with the next tick."""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.snapshots import Delta, Snapshot
from arcbeat.realtime.sampling.sampler import Feed
from arcbeat.realtime.sampling.samplers import Feeds

T = TypeVar("T")


class OfNewest(Generic[T]):
    """One thing for each feed that has a snapshot."""

    def __init__(self, feeds: Feeds, make: Callable[[DeviceType, Snapshot], T]) -> None:
        self._make = make
        self._made: WeakKeyDictionary[Feed, T] = WeakKeyDictionary()
        feeds.listen(self._forget)

    def get(self, feed: Feed) -> T | None:
        """None as long as there is no snapshot."""
        if feed.device_type is None or feed.snapshot is None:
            return None
        made = self._made.get(feed)
        if made is None:
            made = self._made[feed] = self._make(feed.device_type, feed.snapshot)
        return made

    def _forget(self, feed: Feed, _: Delta) -> None:
        self._made.pop(feed, None)
