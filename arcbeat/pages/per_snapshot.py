"""A value that is made once from the newest snapshot of each sampler, for all requests until the next tick."""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.snapshots import Delta, Snapshot
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sampling.samplers import Samplers

T = TypeVar("T")


class PerSnapshot(Generic[T]):
    """One value per sampler that has a snapshot; dropped when the sampler publishes the next one, or ends."""

    def __init__(self, samplers: Samplers, make: Callable[[DeviceType, Snapshot], T]) -> None:
        self._make = make
        self._values: WeakKeyDictionary[Sampler, T] = WeakKeyDictionary()
        samplers.add_listener(self._drop)

    def get(self, sampler: Sampler) -> T | None:
        """Return the value of the newest snapshot; None if the sampler has no snapshot yet."""
        if sampler.device_type is None or sampler.snapshot is None:
            return None
        value = self._values.get(sampler)
        if value is None:
            value = self._values[sampler] = self._make(sampler.device_type, sampler.snapshot)
        return value

    def _drop(self, sampler: Sampler, _: Delta) -> None:
        self._values.pop(sampler, None)
