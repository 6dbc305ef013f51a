"""What is made of the newest snapshot of a sampler: once for all who ask, and gone with the next tick."""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.snapshots import Delta, Snapshot
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import Samplers

T = TypeVar("T")


class PerSnapshot(Generic[T]):
    """One thing for each sampler that has a snapshot."""

    def __init__(self, samplers: Samplers, make: Callable[[DeviceType, Snapshot], T]) -> None:
        self._make = make
        self._made: WeakKeyDictionary[Sampler, T] = WeakKeyDictionary()
        samplers.add_listener(self._forget)

    def get(self, sampler: Sampler) -> T | None:
        """None as long as there is no snapshot."""
        if sampler.device_type is None or sampler.snapshot is None:
            return None
        made = self._made.get(sampler)
        if made is None:
            made = self._made[sampler] = self._make(sampler.device_type, sampler.snapshot)
        return made

    def _forget(self, sampler: Sampler, _: Delta) -> None:
        self._made.pop(sampler, None)
