"""What the product needs from the outside, as protocols: handlers ask these, adapters are these."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, Protocol

from arcbeat.domain.board import KnownStatistic, StatisticQuery
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.devices import Device, DeviceFilter, DevicePage
from arcbeat.domain.health import DependencyHealth
from arcbeat.domain.readings.columns import Column, Value
from arcbeat.domain.readings.latest import ANYTHING, LatestPage, ReadingFilter
from arcbeat.domain.readings.readings import (
    AppendResult,
    HistoryQuery,
    Latest,
    Reading,
    Subtable,
    SuperTable,
    Window,
    WindowQuery,
)


class LatestSource(Protocol):
    """What can be asked for newest readings."""

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        """The newest reading of each device that has one, a batch a statement; rows from the future do not count."""
        ...


class HistorySource(Protocol):
    """What can be asked for readings by time."""

    async def history(self, table: SuperTable, query: HistoryQuery) -> Sequence[Reading]:
        """Readings of one device by time."""
        ...


class WindowSource(Protocol):
    """What can be asked for aggregates by interval."""

    async def windows(self, table: SuperTable, query: WindowQuery) -> Sequence[Window]:
        """Aggregates by interval, by device code (as text), then by time; none of intervals without readings."""
        ...


class StatisticSource(WindowSource, Protocol):
    """What can be asked for a table as a whole, whosever the rows are."""

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None:
        """The newest row of the whole super table by column, ts among them; None when it is empty."""
        ...

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        """The columns in order, tags last.

        Raises:
            StoreObjectMissing: there is no such super table.
        """
        ...


class TelemetryStore(LatestSource, HistorySource, StatisticSource, Protocol):
    """Where the readings are: TDengine, or PostgreSQL for the demo and the tests.

    Every operation may raise any StoreError; none takes longer than the store's total timeout.
    """

    async def append(
        self, table: SuperTable, readings: Sequence[Reading], *, ignore_unknown_fields: bool = False
    ) -> AppendResult:
        """Store readings; the same device and ts again updates the named columns in place.

        A reading that cannot be stored is named in the result and does not keep the others out. A device seen for
        the first time gets its subtable. A field without a column is no reason to refuse a reading where it is to be
        ignored; a column that is there by now has its values stored in any case.

        Raises:
            StoreError: the store failed; readings may have been stored, appending them again does no harm.
        """
        ...

    async def list_devices(self, table: SuperTable) -> Sequence[Subtable]:
        """Every subtable with its tags, by device code; two subtables may name one device."""
        ...

    async def ping(self) -> str:
        """The version of the store."""
        ...

    async def check(self, tables: Sequence[SuperTable]) -> DependencyHealth:
        """Whether it is ready to serve these tables, and what an operator should know; does not raise StoreError."""
        ...


class LatestPages(Protocol):
    """Pages of newest readings, no older than one sampling unless a store is away.

    ``max_age_seconds`` says otherwise: None is one sampling, 0 asks the stores whatever is known.
    """

    async def page(
        self,
        type_code: str,
        where: DeviceFilter,
        *,
        saying: ReadingFilter = ANYTHING,
        offset: int,
        limit: int,
        max_age_seconds: float | None,
    ) -> LatestPage:
        """The registered devices of a type by code, from ``offset``, at most ``limit``.

        Raises:
            UnknownDeviceType: there is none.
            StoreError: a store is away, and what is asked is not known.
        """
        ...

    async def one(self, device_code: str, *, max_age_seconds: float | None) -> LatestPage:
        """One device, in one row.

        Raises:
            UnknownDevice: it is not registered.
            StoreError: a store is away, and what is asked is not known.
        """
        ...


class WholeSnapshot(Protocol):
    """The newest readings of all devices of a type at one tick.

    Attributes:
        version: of another tick it is another one.
    """

    @property
    def device_type(self) -> DeviceType: ...

    @property
    def version(self) -> str: ...

    async def encoded(self, fields: bytes, *, compressed: bool) -> bytes:
        """With these fields, which are JSON, as JSON or as JSON in gzip; made once for all who ask."""
        ...


class Snapshots(Protocol):
    """Whole snapshots."""

    async def newest(self, type_code: str) -> WholeSnapshot:
        """Of a type by code or alias; it is sampled from now on.

        Raises:
            UnknownDeviceType: there is none.
            TooManyRequests: so many types are sampled already.
            StoreError: a store is away, and nothing has been sampled yet.
        """
        ...


class Statistics(Protocol):
    """The statistics of the board, no older than one sampling unless a store is away."""

    async def read(self, query: StatisticQuery, *, max_age_seconds: float | None) -> KnownStatistic:
        """What the table holds that the dictionary names; ``max_age_seconds`` is that of :class:`LatestPages`.

        Raises:
            UnknownStatistic: the dictionary names none.
            StatisticTableMissing: the store does not have it.
            StatisticEmpty: it has no rows.
            StoreError: a store is away, and what is asked is not known.
        """
        ...


class DeviceCatalogue(Protocol):
    """Device types and their fields; retired ones are there only for whom asks for them too."""

    async def list_types(self, *, include_retired: bool = False) -> Sequence[DeviceType]:
        """All device types, in their order."""
        ...

    async def get_type(self, type_code: str, *, include_retired: bool = False) -> DeviceType:
        """By code or alias.

        Raises:
            UnknownDeviceType: there is none.
        """
        ...


class CatalogueEditor(Protocol):
    """Changes device types and their fields, one change at a time; what is stored is live in this process at once."""

    async def add_type(self, device_type: DeviceType) -> None:
        """A new type.

        Raises:
            AlreadyExists: its code or an alias of it is that of another type.
            Conflict: there are too many types.
        """
        ...

    async def change_type(self, type_code: str, change: Callable[[DeviceType], DeviceType]) -> DeviceType:
        """What is stored of a type, by code or alias, becomes what ``change`` makes of it; nobody else changes it
        meanwhile. Its ``fields_version`` goes up when its fields become others.

        Raises:
            UnknownDeviceType: there is none.
            AlreadyExists: a new alias is the code or an alias of another type.
            ArcbeatError: what ``change`` raises; nothing is stored then.
        """
        ...


class DeviceDirectory(Protocol):
    """The registered devices."""

    async def page(self, device_type: DeviceType, where: DeviceFilter, *, offset: int, limit: int) -> DevicePage:
        """Codes in order, from ``offset``, at most ``limit``."""
        ...

    async def get(self, device_code: str) -> Device:
        """One device.

        Raises:
            UnknownDevice: it is not registered.
        """
        ...

    async def registered(self, device_type: DeviceType, device_codes: Sequence[str]) -> frozenset[str]:
        """Which of these codes are registered with this type."""
        ...

    async def all_codes(self, device_type: DeviceType) -> frozenset[str]:
        """The codes of all devices of this type.

        Raises:
            Conflict: there are too many to be taken at once.
        """
        ...


class Clock(Protocol):
    """What time it is, in UTC."""

    def __call__(self) -> datetime: ...


class ReadinessProbe(Protocol):
    """Asks every dependency how it is."""

    async def __call__(self) -> Sequence[DependencyHealth]: ...


class JudgedReadings(Protocol):
    """Counts what became of readings."""

    def readings(self, *, accepted: int, rejected: int) -> None: ...


class Shape(Protocol):
    """What the contract says all things of one kind look like."""

    def fits_all(self, things: Sequence[Any]) -> bool:
        """Whether all of these are of this shape, told at once."""
        ...

    def misfit(self, thing: Any) -> str | None:
        """What is wrong with one; None when it is of this shape."""
        ...


class PrunableStore(Protocol):
    """Where old readings can be deleted."""

    async def prune(self, table: SuperTable, *, older_than: datetime) -> int:
        """Delete old readings, but not the newest of a device; answers how many went.

        Several processes may do so at once: one of them does the work. Tables that somebody else made stay as they are.
        """
        ...


class PrunedReadings(Protocol):
    """Counts readings that were deleted for their age."""

    def pruned(self, deleted: int) -> None: ...


class Exposition(Protocol):
    """The metrics as text.

    Attributes:
        content_type: the media type of the text.
    """

    @property
    def content_type(self) -> str: ...

    def exposition(self) -> bytes: ...


class StoreObserver(Protocol):
    """Is told of every call to a store."""

    def call(self, store: str) -> AbstractContextManager[None]:
        """Around one call; the error that leaves it is its outcome."""
        ...


class _Unobserved:
    def call(self, store: str) -> AbstractContextManager[None]:  # noqa: ARG002 -- the shape of the port
        return nullcontext()


UNOBSERVED: StoreObserver = _Unobserved()
"""Where nobody watches."""
