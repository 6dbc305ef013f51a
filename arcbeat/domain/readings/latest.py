"""What is known of the newest readings, page by page."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.catalogue.device_types import DeviceType, Freshness
from arcbeat.domain.devices.devices import ALL_DEVICES, DeviceFilter
from arcbeat.domain.readings.readings import Latest


class Source(StrEnum):
    """Where an answer comes from.

    A snapshot was sampled at the last tick. A query asked the stores just now or less than a sampling ago. Memory is
    what they said last, because at least one of them is away.
    """

    SNAPSHOT = "snapshot"
    QUERY = "query"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFilter:
    """Which rows of a page to keep; an empty set does not filter.

    Attributes:
        states: values of the type's state field.
        freshness: values of freshness.
    """

    states: frozenset[str] = frozenset()
    freshness: frozenset[Freshness] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.states or self.freshness)

    def matches(self, state: str | None, freshness: Freshness) -> bool:
        return (not self.states or state in self.states) and (not self.freshness or freshness in self.freshness)


ALL_READINGS = ReadingFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """A page of newest readings of a type, ordered by device code.

    Attributes:
        type_code: code or alias of the device type.
        devices: which devices to include, by their master data.
        readings: which devices to include, by their newest reading.
        offset: how many of these devices to skip.
        limit: how many to return at most.
        max_age_seconds: the maximum age of the readings; None is one sampling period, 0 reads from the stores.
    """

    type_code: str
    devices: DeviceFilter = ALL_DEVICES
    readings: ReadingFilter = ALL_READINGS
    offset: int
    limit: int
    max_age_seconds: float | None = None


def state_of(device_type: DeviceType, latest: Latest | None) -> str | None:
    """What the device is doing; None when it does not say."""
    said = latest.reading.values.get(device_type.state_field) if latest else None
    return None if said in (None, "") else str(said)


@dataclass(slots=True, eq=False)
class CachedLatest:
    """What the store said of one device; nothing of it changes, but it is made by the thousand, and freezing costs.

    Attributes:
        latest: None where the device has no reading.
        asked_at: it was true then.
    """

    device_code: str
    latest: Latest | None
    asked_at: datetime
    _encoded: dict[Hashable, bytes] | None = None

    def encoded(self, shape: Hashable, encode: Callable[["CachedLatest"], bytes]) -> bytes:
        """This in some shape, encoded once for all pages that hold it."""
        if self._encoded is None:
            self._encoded = {}
        if shape not in self._encoded:
            self._encoded[shape] = encode(self)
        return self._encoded[shape]


@dataclass(slots=True, eq=False)
class LatestRow:
    """What is known of one device, judged at one moment."""

    known: CachedLatest
    freshness: Freshness


@dataclass(slots=True, eq=False, kw_only=True)
class LatestPage:
    """A page of newest readings; nothing of it changes.

    Attributes:
        total: devices on all pages.
        sampled_at: all of it was true then or later.
        version: another page of the same question has another one; None where nobody knows what the next will be.
    """

    device_type: DeviceType
    rows: Sequence[LatestRow]
    total: int
    sampled_at: datetime
    source: Source
    version: str | None = None
    _encoded: dict[Hashable, bytes] = field(default_factory=dict, init=False)

    def encoded(self, shape: Hashable, encode: Callable[["LatestPage"], bytes]) -> bytes:
        """This in some shape, encoded once for all who ask."""
        if shape not in self._encoded:
            self._encoded[shape] = encode(self)
        return self._encoded[shape]
