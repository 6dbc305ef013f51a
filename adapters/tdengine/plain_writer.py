"""Stores plain batches: whole statements of rows that were checked before, without one object per reading."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from cachetools import LRUCache

from adapters.tdengine import plain_rows, statements
from adapters.tdengine.literals import TIMESTAMP_MIN
from adapters.tdengine.plain_rows import EncodedRows
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import Row
from adapters.tdengine.schema import Schema, Schemas
from adapters.tdengine.statements import is_queryable
from adapters.tdengine.subtables import Subtables
from arcbeat.concurrency import run_both
from arcbeat.domain.errors import StoreBadValue, StoreObjectMissing
from arcbeat.domain.readings.plain_batches import PlainBatch
from arcbeat.domain.readings.readings import CLOCK_SKEW_MAX
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable

TABLES_MAX = 256
"""The size limit of the cache of columns."""
MILLISECONDS = 1000


class PlainWriter:
    """Appends plain batches to super tables.

    The columns, the settings of the database and the subtables of the devices are read after each call, as for other
    batches, while the rows are encoded. Inserts do not name the super table: the subtables are those that the devices
    had after the call. A batch with a value, column or subtable that the store rejects is left to ``BatchWriter``.
    """

    def __init__(self, rest: TdengineRest, schemas: Schemas, subtables: Subtables) -> None:
        self._rest = rest
        self._schemas = schemas
        self._subtables = subtables
        self._columns: LRUCache[SuperTable, Sequence[Column]] = LRUCache(TABLES_MAX)

    async def columns(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns as they were when they were last read.

        Raises:
            StoreError: the columns are not known, and the store failed.
        """
        if table not in self._columns:
            await self._read_schema(table)
        return self._columns[table]

    async def append(self, table: SuperTable, batch: PlainBatch, now: datetime) -> bool:
        """Store all readings and return True, or False if they must be appended one by one.

        Raises:
            StoreError: the store failed.
        """
        try:
            return await self._append(table, batch, now)
        except (StoreBadValue, StoreObjectMissing, ValueError):
            return False

    async def _append(self, table: SuperTable, batch: PlainBatch, now: datetime) -> bool:
        codes = list(dict.fromkeys(code for group in batch.groups for code in group.device_codes))
        if not all(map(_is_storable, codes)):
            return False
        (schema, found), encoded = await run_both(self._read(table, codes), plain_rows.encode(batch))
        if not _fits(batch, schema, now):
            return False
        names = await self._subtables.ensure(table, codes, found, schema.columns)
        targets = {code: statements.subtable_target(table, name).encode() for code, name in names.items()}
        await self._insert(encoded, targets)
        return True

    async def _read(self, table: SuperTable, codes: Sequence[str]) -> tuple[Schema, Sequence[Row]]:
        return await run_both(self._read_schema(table), self._subtables.find(table, codes))

    async def _read_schema(self, table: SuperTable) -> Schema:
        schema = await self._schemas.read(table)
        # The same object for the same columns: decoders are found by it.
        if self._columns.get(table) != schema.columns:
            self._columns[table] = schema.columns
        return schema

    async def _insert(self, encoded: Sequence[EncodedRows], targets: Mapping[str, bytes]) -> None:
        """Insert the rows in two statements at a time: one is built while the other is under way."""
        to_send = plain_rows.insert_statements(encoded, targets)
        await run_both(self._execute_each(to_send), self._execute_each(to_send))

    async def _execute_each(self, to_send: Iterator[bytes]) -> None:
        for statement in to_send:
            await self._rest.execute(statement)


def _is_storable(device_code: str) -> bool:
    return bool(device_code) and is_queryable(device_code)


def _fits(batch: PlainBatch, schema: Schema, now: datetime) -> bool:
    """Return whether the columns are those of the batch, and its timestamps can be stored, each as a row."""
    settings = schema.settings
    oldest = now - settings.keep if settings.keep else TIMESTAMP_MIN
    return (
        schema.columns == tuple(batch.columns)
        and schema.key is None
        and plain_rows.are_within(batch.groups, oldest, now + CLOCK_SKEW_MAX)
        and plain_rows.have_one_row_per_key(batch.groups, settings.resolution.microseconds == MILLISECONDS)
    )
