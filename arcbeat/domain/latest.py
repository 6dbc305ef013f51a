"""What is known of the newest readings, page by page."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.device_types import DeviceType
from arcbeat.domain.readings import Latest


class Source(StrEnum):
    """Where an answer comes from.

    A query asked the stores just now or less than a sampling ago. Memory is what they said last, because at least one
    of them is away.
    """

    SNAPSHOT = "snapshot"
    QUERY = "query"
    MEMORY = "memory"


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


@dataclass(frozen=True, slots=True)
class LatestPage:
    """A page of newest readings.

    Attributes:
        total: devices on all pages.
        sampled_at: all of it was true then or later.
    """

    device_type: DeviceType
    rows: Sequence[KnownLatest]
    total: int
    sampled_at: datetime
    source: Source
