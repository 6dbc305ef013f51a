"""What is known of the newest readings, page by page."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.catalogue.device_types import DeviceType, Freshness
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
    """Which rows, by what they say: all, unless something narrows it.

    Attributes:
        states: any of these, in the field that says what a device is doing.
        freshness: any of these.
    """

    states: frozenset[str] = frozenset()
    freshness: frozenset[Freshness] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.states or self.freshness)

    def keeps(self, state: str | None, freshness: Freshness) -> bool:
        return (not self.states or state in self.states) and (not self.freshness or freshness in self.freshness)


ANYTHING = ReadingFilter()


def state_of(device_type: DeviceType, latest: Latest | None) -> str | None:
    """What the device is doing; None when it does not say."""
    said = latest.reading.values.get(device_type.state_field) if latest else None
    return None if said in (None, "") else str(said)


@dataclass(slots=True, eq=False)
class KnownLatest:
    """What the store said of one device; nothing of it changes, but it is made by the thousand, and freezing costs.

    Attributes:
        latest: None where the device has no reading.
        asked_at: it was true then.
    """

    device_code: str
    latest: Latest | None
    asked_at: datetime
    _encoded: dict[Hashable, bytes] | None = None

    def encoded(self, shape: Hashable, encode: Callable[["KnownLatest"], bytes]) -> bytes:
        """This in some shape, encoded once for all pages that hold it."""
        if self._encoded is None:
            self._encoded = {}
        if shape not in self._encoded:
            self._encoded[shape] = encode(self)
        return self._encoded[shape]


@dataclass(slots=True, eq=False)
class LatestRow:
    """What is known of one device, judged at one moment."""

    known: KnownLatest
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
