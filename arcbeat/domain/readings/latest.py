"""Newest readings, one page at a time."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Self

from arcbeat.domain.catalogue.device_types import DeviceType, Freshness
from arcbeat.domain.devices.devices import ALL_DEVICES, DeviceFilter
from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.readings.sorting import ReadingSort
from arcbeat.domain.schema.columns import Value
from arcbeat.domain.shared_body import SharedBody

ENCODED_FORMS_MAX = 16
"""Encoded forms that a page keeps. Clients choose languages and fields, and so could ask for any number of forms."""


class Source(StrEnum):
    """Where a response comes from.

    SNAPSHOT: sampled at the last tick. QUERY: read from the stores less than one sampling period ago. MEMORY: the last
    known response, because a store is unavailable.
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
    """A page of newest readings of a type, ordered by device code unless ``sort`` names another order.

    Attributes:
        type_code: code or alias of the device type.
        device_codes: which devices to include, by their codes; None includes all. Not together with ``devices``.
        devices: which devices to include, by their master data.
        readings: which devices to include, by their newest reading.
        offset: how many of these devices to skip.
        limit: how many to return at most.
        max_age_seconds: the maximum age of the readings; None is one sampling period, 0 reads from the stores.
    """

    type_code: str
    device_codes: tuple[str, ...] | None = None
    devices: DeviceFilter = ALL_DEVICES
    readings: ReadingFilter = ALL_READINGS
    sort: ReadingSort | None = None
    offset: int
    limit: int
    max_age_seconds: float | None = None

    @property
    def needs_all_devices(self) -> bool:
        """Whether the devices of the page are known only when all devices that it may contain have been read."""
        return bool(self.readings) or self.sort is not None or self.device_codes is not None


def state_of(state: Value) -> str | None:
    """Return the state that a value of the state field means; None if it means no state."""
    return None if state in (None, "") else str(state)


class NewestReading(Protocol):
    """The newest reading of one device on a page.

    Attributes:
        latest: None for a device without readings.
    """

    @property
    def device_code(self) -> str: ...

    @property
    def latest(self) -> Latest | None: ...

    @property
    def ts(self) -> datetime | None:
        """The time of the reading."""
        ...

    def state(self, device_type: DeviceType) -> str | None:
        """Return the state of the device; None when its reading has no state."""
        ...

    def is_encoded(self, form: Hashable) -> bool:
        """Return whether this has been encoded in a form."""
        ...

    def encoded(self, form: Hashable, encode: Callable[["NewestReading"], bytes]) -> bytes:
        """Return this in an encoded form, encoded once per form for all pages that hold it."""
        ...


class EncodedForms:
    """Encodes a newest reading once per form of pages, and holds the bytes in its own attribute ``_encoded``."""

    __slots__ = ()
    _encoded: dict[Hashable, bytes] | None

    def is_encoded(self, form: Hashable) -> bool:
        """Return whether the reading has been encoded in a form of pages."""
        return self._encoded is not None and form in self._encoded

    def encoded(self, form: Hashable, encode: Callable[[Self], bytes]) -> bytes:
        """Return the reading in an encoded form of pages, encoded once per form for all pages that hold it."""
        if self._encoded is None:
            self._encoded = {}  # type: ignore[misc] # the slot is that of the class that inherits this
        if form not in self._encoded:
            self._encoded[form] = encode(self)
        return self._encoded[form]


@dataclass(slots=True, eq=False)
class CachedLatest(EncodedForms):
    """The newest reading of one device, as read from the store.

    Treat it as frozen; it is not declared so, because that makes it slow to create.

    Attributes:
        latest: None for a device without readings.
        read_at: the time of the query; the reading was the newest then.
    """

    device_code: str
    latest: Latest | None
    read_at: datetime
    # Kept here for the reason that SnapshotRow gives: a cache beside the rows costs a look-up per row and request.
    _encoded: dict[Hashable, bytes] | None = None

    @property
    def ts(self) -> datetime | None:
        return self.latest.reading.ts if self.latest else None

    def state(self, device_type: DeviceType) -> str | None:
        return state_of(self.latest.reading.values.get(device_type.state_field)) if self.latest else None


@dataclass(slots=True, eq=False)
class LatestRow:
    """One device on a page, with the freshness of its reading when the page was made."""

    cached: NewestReading
    freshness: Freshness


@dataclass(slots=True, eq=False, kw_only=True)
class LatestPage:
    """A page of newest readings. Treat it as frozen.

    Attributes:
        total: devices on all pages.
        sampled_at: every row was the newest at this time or later.
        version: differs between pages with different content for the same query; None when that cannot be guaranteed.
    """

    device_type: DeviceType
    rows: Sequence[LatestRow]
    total: int
    sampled_at: datetime
    source: Source
    version: str | None = None
    _encoded: dict[Hashable, SharedBody] = field(default_factory=dict, init=False)

    def encoded(self, form: Hashable, encode: Callable[["LatestPage"], bytes]) -> SharedBody:
        """Return this in an encoded form; the first `ENCODED_FORMS_MAX` forms are encoded once for all clients."""
        body = self._encoded.get(form)
        if body is None:
            body = SharedBody(encode(self))
            if len(self._encoded) < ENCODED_FORMS_MAX:
                self._encoded[form] = body
        return body
