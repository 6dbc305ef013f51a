"""Writes a batch of readings to PostgreSQL, many rows per statement; a rejected row does not affect the others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import psycopg

from adapters.postgres.pool import Connection
from adapters.postgres.telemetry import statements
from adapters.postgres.telemetry.arrays import Array, encode_columns, microseconds, texts, timestamps
from adapters.postgres.telemetry.layouts import Layout
from adapters.postgres.telemetry.plain_rows import OrderedRows
from arcbeat.domain.readings.readings import Reading, Rejection
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable

CHUNK_ROWS = 1000
NAME_TAG = "name"


@dataclass(frozen=True, slots=True)
class Row:
    """The readings of a batch that have one device and one timestamp, merged; per column the later value wins.

    Attributes:
        indexes: of these readings in the batch.
    """

    device_code: str
    ts: datetime
    values: Mapping[str, Value]
    indexes: tuple[int, ...]

    def merged_with(self, index: int, reading: Reading) -> "Row":
        return Row(self.device_code, self.ts, {**self.values, **reading.values}, (*self.indexes, index))

    @classmethod
    def from_reading(cls, index: int, reading: Reading) -> "Row":
        return cls(reading.device_code, reading.ts, reading.values, (index,))


class BatchWriter:
    """Stores one batch in the current transaction of a connection."""

    def __init__(
        self, connection: Connection, table: SuperTable, layout: Layout, tagged: AbstractSet[str] = frozenset()
    ) -> None:
        """``tagged`` contains the devices whose tags are known to be stored."""
        self._tagged = tagged
        self._connection = connection
        self._table = table
        self._layout = layout

    async def store(self, readings: Iterable[tuple[int, Reading]]) -> list[Rejection]:
        """Store validated readings, given with their indexes; return those that the database still rejects."""
        rejections: list[Rejection] = []
        for names, rows in _by_named_columns(_merge(readings)):
            columns = tuple(column for column in self._layout.columns if column.name in names)
            for first in range(0, len(rows), CHUNK_ROWS):
                rejections += await self._store_rows(columns, rows[first : first + CHUNK_ROWS])
        return rejections

    async def store_ordered(self, groups: Sequence[OrderedRows]) -> None:
        """Store rows that name columns of the layout.

        Raises:
            psycopg.DataError, psycopg.IntegrityError: the database rejects a row.
            psycopg.errors.DeadlockDetected: two batches with several groups waited for each other.
        """
        for group in groups:
            columns = self._layout.named(group.names)
            for first in range(0, len(group.values), CHUNK_ROWS):
                arrays = encode_rows(columns, group[first : first + CHUNK_ROWS])
                await self._connection.execute(statements.upsert(self._table, columns), arrays)
        # Last, so that a batch that waits for a row holds no tags that another one waits for.
        await self._store_tags(chain.from_iterable(group.device_codes for group in groups))

    async def store_in_one_statement(self, rows: OrderedRows) -> bool:
        """Store at most CHUNK_ROWS rows of devices whose tags are stored, without a transaction block.

        Return False if nothing is stored because the layout has changed.

        Raises:
            psycopg.DataError, psycopg.IntegrityError: the database rejects a row.
            psycopg.ProgrammingError: the layout has changed so much that there is no such statement.
        """
        columns = self._layout.named(rows.names)
        statement = statements.upsert(self._table, columns, if_unchanged=True)
        arrays = encode_rows(columns, rows)
        return (await self._connection.execute(statement, [*arrays, self._layout.fingerprint])).rowcount > 0

    async def _store_rows(self, columns: tuple[Column, ...], rows: Sequence[Row]) -> list[Rejection]:
        """Store all rows with one statement; if the database rejects it, halve it until the rejected rows are alone."""
        try:
            async with self._connection.transaction():
                await self._connection.execute(statements.upsert(self._table, columns), _arrays(columns, rows))
                await self._store_tags(row.device_code for row in rows)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            if len(rows) == 1:
                detail = f"rejected by PostgreSQL ({error.sqlstate})"
                return [Rejection(index, "bad-value", detail) for index in rows[0].indexes]
        else:
            return []
        middle = len(rows) // 2
        return await self._store_rows(columns, rows[:middle]) + await self._store_rows(columns, rows[middle:])

    async def _store_tags(self, device_codes: Iterable[str]) -> None:
        codes = sorted(set(device_codes) - self._tagged)
        if not self._layout.has_companion or not codes:
            return
        columns: list[Column] = [statements.KEY_COLUMN]
        arrays: list[list[str] | list[str | None]] = [codes]
        if name := next((tag for tag in self._layout.tags if tag.name == NAME_TAG), None):
            columns.append(name)
            arrays.append([_name_tag(name, code) for code in codes])
        await self._connection.execute(statements.insert_tags(self._table, columns), arrays)


def subtable_name(device_code: str) -> str:
    """Return the name that TDengine's subtable of this device would have."""
    return f"t_{device_code}".lower()


def _name_tag(tag: Column, device_code: str) -> str | None:
    """Return the value of the tag ``name``, ``t_{device_code}``; None if the tag is too short for it."""
    value = f"t_{device_code}"
    return value if tag.length is None or len(value) <= tag.length else None


def _merge(readings: Iterable[tuple[int, Reading]]) -> Iterable[Row]:
    rows: dict[tuple[str, datetime], Row] = {}
    for index, reading in readings:
        key = (reading.device_code, reading.ts)
        known = rows.get(key)
        rows[key] = Row.from_reading(index, reading) if known is None else known.merged_with(index, reading)
    # Sorted, so that two batches with the same devices lock rows in the same order and cannot deadlock.
    return [rows[key] for key in sorted(rows)]


def _by_named_columns(rows: Iterable[Row]) -> Iterator[tuple[frozenset[str], list[Row]]]:
    groups: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[frozenset(row.values)].append(row)
    yield from groups.items()


def encode_rows(columns: Sequence[Column], rows: OrderedRows) -> list[Array]:
    """Return the parameters of an upsert."""
    return [texts(rows.device_codes), timestamps(rows.moments), *encode_columns(columns, rows.values)]


def _arrays(columns: Sequence[Column], rows: Sequence[Row]) -> list[Array]:
    values = [[row.values[column.name] for column in columns] for row in rows]
    codes, moments = [row.device_code for row in rows], [microseconds(row.ts) for row in rows]
    return [texts(codes), timestamps(moments), *encode_columns(columns, values)]
