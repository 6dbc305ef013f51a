"""Stores plain batches: whole statements of rows that were checked before, without one object per reading."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from cachetools import LRUCache

from adapters.tdengine import plain_rows
from adapters.tdengine.literals import identifier
from adapters.tdengine.plain_rows import EncodedRows
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.schema import Schemas, key_of
from adapters.tdengine.statements import is_queryable
from adapters.tdengine.subtables import Subtables
from arcbeat.concurrency import run_both, started
from arcbeat.domain.errors import StoreBadValue, StoreObjectMissing
from arcbeat.domain.readings.plain_batches import MayWrite, PlainBatch
from arcbeat.domain.readings.readings import CLOCK_SKEW_MAX
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable

TABLES_MAX = 256
"""The size limit of the cache of columns."""
READ_SECONDS_MAX = 0.1
"""Columns and subtables are read again if the permission to write comes later than this: they may have changed."""


class PlainWriter:
    """Appends plain batches to super tables.

    The columns and the subtables of the devices are read after each call, as for other batches, while the rows are
    encoded. The settings of the database are not read: the precision is taken for milliseconds, the coarsest, and
    TDengine itself finds what is too old. Inserts do not name the super table: the subtables are those that the devices
    had after the call. A batch of which TDengine rejects a value, a column or a subtable is left to ``BatchWriter``.
    """

    def __init__(
        self, rest: TdengineRest, schemas: Schemas, subtables: Subtables, monotonic: Callable[[], float]
    ) -> None:
        self._rest = rest
        self._monotonic = monotonic
        self._schemas = schemas
        self._subtables = subtables
        self._columns: LRUCache[SuperTable, tuple[Column, ...]] = LRUCache(TABLES_MAX)

    async def columns(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns as they were when they were last read.

        Raises:
            StoreError: the columns are not known, and the store failed.
        """
        return self._columns.get(table) or await self._read_columns(table)

    async def append(self, table: SuperTable, batch: PlainBatch, now: datetime, may_write: MayWrite) -> bool:
        """Store all readings and return True, or False if they must be appended one by one.

        Raises:
            StoreError: the store failed.
        """
        try:
            return await self._append(table, batch, now, may_write)
        except (StoreBadValue, StoreObjectMissing, ValueError):
            return False

    async def _append(self, table: SuperTable, batch: PlainBatch, now: datetime, may_write: MayWrite) -> bool:
        codes = list(dict.fromkeys(code for group in batch.groups for code in group.device_codes))
        if not (_are_storable(codes) and await _have_timestamps_that_fit(batch, now)):
            return False
        async with started(run_both(self._read(table, codes), plain_rows.encode(batch))) as prepared:
            if not await may_write():
                return False
            (columns, found, read_at), encoded = await prepared
        if self._monotonic() - read_at > READ_SECONDS_MAX:
            columns, found, _ = await self._read(table, codes)
        if columns != tuple(batch.columns) or key_of(columns):
            return False
        are_found = all(map(found.__contains__, codes))
        names = found if are_found else await self._subtables.ensure(table, codes, found, columns)
        # Each name was tested to be one when it was read or made.
        start = f"{identifier(table.database)}.`"
        await self._insert(encoded, {code: f"{start}{names[code]}`".encode() for code in codes})
        return True

    async def _read(
        self, table: SuperTable, codes: Sequence[str]
    ) -> tuple[tuple[Column, ...], Mapping[str, str], float]:
        """Return the columns, the subtables of the devices, and when they had been read."""
        found, columns = await run_both(self._subtables.find(table, codes), self._read_columns(table))
        return columns, found, self._monotonic()

    async def _read_columns(self, table: SuperTable) -> tuple[Column, ...]:
        columns = await self._schemas.columns(table)
        # The same object for the same columns: decoders are found by it.
        if self._columns.get(table) != columns:
            self._columns[table] = columns
        return self._columns[table]

    async def _insert(self, encoded: Sequence[EncodedRows], targets: Mapping[str, bytes]) -> None:
        """Insert the rows in two statements at a time: one is built while the other is under way."""
        to_send = plain_rows.insert_statements(encoded, targets)
        await run_both(self._execute_each(to_send), self._execute_each(to_send))

    async def _execute_each(self, to_send: Iterator[bytes]) -> None:
        for statement in to_send:
            await self._rest.execute(statement)


def _are_storable(device_codes: Sequence[str]) -> bool:
    return all(device_codes) and all(map(is_queryable, device_codes))


async def _have_timestamps_that_fit(batch: PlainBatch, now: datetime) -> bool:
    """Return whether all timestamps can be stored, each as a row of its own."""
    return plain_rows.are_before(batch.groups, now + CLOCK_SKEW_MAX) and await plain_rows.have_one_row_per_key(
        batch.groups
    )
