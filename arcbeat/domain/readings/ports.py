"""Ports of the readings: the store, the pages and snapshots of newest readings, and the validation of sent readings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.health import DependencyHealth
from arcbeat.domain.readings.filtering import ALL_ROWS, SnapshotFilter
from arcbeat.domain.readings.latest import LatestPage, PageQuery
from arcbeat.domain.readings.plain_batches import PlainStore
from arcbeat.domain.readings.readings import (
    AppendResult,
    HistoryQuery,
    Latest,
    Reading,
    ValueQuery,
    Window,
    WindowQuery,
)
from arcbeat.domain.readings.stored_rows import LatestRows
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import StoreProduct, Subtable, SuperTable
from arcbeat.domain.shared_body import SharedBody
from arcbeat.domain.states.ports import StateRunSource


class LatestSource(Protocol):
    """A store that returns newest readings."""

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        """Return the newest reading of each device by device code; a device without readings is left out.

        Devices are read in batches, one statement per batch. Rows dated in the future are ignored.
        """
        ...


class SampleSource(LatestSource, Protocol):
    """A store whose newest readings are sampled."""

    async def latest_rows(self, table: SuperTable, device_codes: Sequence[str]) -> LatestRows:
        """Return what :meth:`latest` returns, in the form in which the store returned it.

        For a hundred thousand devices: other tasks run every few milliseconds.
        """
        ...


class HistorySource(Protocol):
    """A store that returns readings by time."""

    async def history(self, table: SuperTable, query: HistoryQuery) -> Sequence[Reading]:
        """Return readings of one device, ordered by time."""
        ...


class WindowSource(Protocol):
    """A store that aggregates readings by interval."""

    async def windows(self, table: SuperTable, query: WindowQuery) -> Sequence[Window]:
        """Return one window per interval that has readings, ordered by device code (as text), then by time."""
        ...


class ValueSource(Protocol):
    """A store that finds readings by a value."""

    async def with_value(self, table: SuperTable, query: ValueQuery) -> Sequence[Reading]:
        """Return the readings in which a column has one value, ordered by time, then by subtable.

        The subtable of a reading is never empty. Text is compared by code point, and case matters.
        """
        ...


class StatisticSource(WindowSource, Protocol):
    """A store that reads a super table as one series, across its devices."""

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None:
        """Return the newest row of the super table by column name, including ts; None when the table is empty."""
        ...

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns in order, tags last.

        Raises:
            StoreObjectMissing: the super table does not exist.
        """
        ...


class TelemetryStore(SampleSource, HistorySource, ValueSource, StatisticSource, StateRunSource, PlainStore, Protocol):
    """The readings store: TDengine, or PostgreSQL for the demo and the tests.

    Every operation may raise any StoreError; none takes longer than the store's total timeout.
    """

    async def append(
        self, table: SuperTable, readings: Sequence[Reading], *, ignore_unknown_fields: bool = False
    ) -> AppendResult:
        """Store readings; a reading with the device and ts of a stored one updates the named columns in place.

        A reading that cannot be stored is listed in the result; the other readings are stored. A device without a
        subtable gets one. With ``ignore_unknown_fields``, values of fields without a column are dropped instead of
        rejecting their reading; the columns are described again first, so that values of a new column are stored.

        Raises:
            StoreError: the store failed. Some readings may have been stored; appending all of them again is safe.
        """
        ...

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Create a super table with these columns, tags last. Call it only for a table that does not exist.

        Raises:
            StoreUnauthorised: the account of this service may not create it.
            StoreObjectMissing: the store does not have the database, and does not create it by itself.
            StoreBadValue: the store cannot hold these columns.
        """
        ...

    @property
    def product(self) -> StoreProduct:
        """The database server that stores the readings."""
        ...

    async def list_super_tables(self) -> Sequence[SuperTable]:
        """Return the super tables of all databases that the account of this service sees, in order.

        The account may be unable to read some of them, and not all have the columns of a device type. Names that a
        device type cannot have are left out, and names beyond ``SUPER_TABLES_MAX``.
        """
        ...

    async def list_devices(self, table: SuperTable) -> Sequence[Subtable]:
        """Return every subtable with its tags, ordered by device code; several subtables may name one device."""
        ...

    async def ping(self) -> str:
        """Return the version of the store."""
        ...

    async def check(self, tables: Sequence[SuperTable]) -> DependencyHealth:
        """Return whether the store is ready to serve these tables, with advice for an operator.

        Does not raise StoreError.
        """
        ...


class PrunableStore(Protocol):
    """A store that can delete old readings."""

    async def prune(self, table: SuperTable, *, older_than: datetime) -> int:
        """Delete old readings except the newest one of each device, and return how many were deleted.

        Several processes may prune at the same time: one of them does the work. Tables that arcbeat did not create
        are left alone.
        """
        ...


class LatestPages(Protocol):
    """Pages of newest readings.

    ``max_age_seconds`` limits their age. It defaults (None) to one sampling period; 0 reads from the stores. While a
    store is unavailable, older readings are returned.
    """

    async def page(self, query: PageQuery) -> LatestPage:
        """Return a page of the registered devices of a type, ordered by device code.

        Raises:
            UnknownDeviceType: no type has this code or alias.
            StoreError: a store is unavailable, and the page is not cached.
        """
        ...

    async def one(self, device_code: str, *, max_age_seconds: float | None) -> LatestPage:
        """Return one device as a page of one row.

        Raises:
            UnknownDevice: the device is not registered.
            StoreError: a store is unavailable, and the device is not cached.
        """
        ...


class EncodedSnapshot(Protocol):
    """The newest readings of all devices of a type at one tick, encoded.

    Attributes:
        version: differs between snapshots with different content.
    """

    @property
    def device_type(self) -> DeviceType: ...

    @property
    def version(self) -> str: ...

    async def encoded(self, fields: bytes) -> SharedBody:
        """Return the snapshot as JSON, which is made once and shared.

        ``fields`` is the description of the fields, already encoded as JSON.
        """
        ...


class SnapshotSource(Protocol):
    """Encoded snapshots by type."""

    async def newest(self, type_code: str, where: SnapshotFilter = ALL_ROWS) -> EncodedSnapshot:
        """Return the newest snapshot of the matching devices of a type, by code or alias, and start sampling the type.

        Raises:
            InvalidValue: snapshots of the type cannot be filtered like this.
            UnknownDeviceType: no type has this code or alias.
            TooManyRequests: the limit of sampled types is reached.
            StoreError: a store is unavailable, and the type has not been sampled yet.
        """
        ...


class SchemaValidator(Protocol):
    """Decodes JSON, and validates it against a schema of the contract."""

    def decode(self, text: bytes) -> Any:
        """Return the value of a JSON text.

        Raises:
            ValueError: it is not JSON, or has too many values; the message completes the sentence «the line …».
        """
        ...

    def are_all_valid(self, values: Sequence[Any]) -> bool:
        """Return whether all values fit the schema; faster than validating one by one."""
        ...

    def error_of(self, value: Any) -> str | None:
        """Return what is wrong with a value; None when it fits the schema."""
        ...
