"""Writing readings to PostgreSQL: many rows a statement, and one that is refused does not take the others along."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
import psycopg

from adapters.postgres.pool import Connection
from adapters.postgres.telemetry import statements
from adapters.postgres.telemetry.columns import ENCODED, encode
from arcbeat.domain.readings.readings import Reading, Rejection
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable

CHUNK_ROWS = 1000
NAME_TAG = "name"


@dataclass(frozen=True, slots=True)
class Row:
    """What a batch says of one device at one time.

    Attributes:
        places: where in the batch it says so; of a column named twice the later value counts.
    """

    device_code: str
    ts: datetime
    values: Mapping[str, Value]
    places: tuple[int, ...]

    def overlaid(self, place: int, reading: Reading) -> "Row":
        return Row(self.device_code, self.ts, {**self.values, **reading.values}, (*self.places, place))

    @classmethod
    def of(cls, place: int, reading: Reading) -> "Row":
        return cls(reading.device_code, reading.ts, reading.values, (place,))


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a super table.

    Attributes:
        columns: as `describe` tells them.
        has_companion: tags have a table.
    """

    columns: tuple[Column, ...]
    has_companion: bool

    @property
    def tags(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_tag)


class BatchWriter:
    """Stores one batch in the transaction of a connection."""

    def __init__(
        self, connection: Connection, table: SuperTable, layout: Layout, tagged: Container[str] = frozenset()
    ) -> None:
        """``tagged`` has the devices whose tags are known to be there."""
        self._tagged = tagged
        self._connection = connection
        self._table = table
        self._layout = layout

    async def store(self, readings: Iterable[tuple[int, Reading]]) -> list[Rejection]:
        """Store readings that fit the columns; answers what the database refuses all the same."""
        rejections: list[Rejection] = []
        for names, rows in _by_named_columns(_merge(readings)):
            columns = [column for column in self._layout.columns if column.name in names]
            for first in range(0, len(rows), CHUNK_ROWS):
                rejections += await self._store_rows(columns, rows[first : first + CHUNK_ROWS])
        return rejections

    async def _store_rows(self, columns: Sequence[Column], rows: Sequence[Row]) -> list[Rejection]:
        """All rows at once, or else by halves until those that are refused are alone."""
        try:
            async with self._connection.transaction():
                await self._connection.execute(statements.upsert(self._table, tuple(columns)), (_json(columns, rows),))
                await self._store_tags({row.device_code for row in rows})
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            if len(rows) == 1:
                detail = f"the database refuses it ({error.sqlstate})"
                return [Rejection(place, "bad-value", detail) for place in rows[0].places]
        else:
            return []
        middle = len(rows) // 2
        return await self._store_rows(columns, rows[:middle]) + await self._store_rows(columns, rows[middle:])

    async def _store_tags(self, device_codes: Iterable[str]) -> None:
        codes = sorted(code for code in device_codes if code not in self._tagged)
        if not self._layout.has_companion or not codes:
            return
        columns: list[Column] = [statements.KEY_COLUMN]
        arrays: list[list[str] | list[str | None]] = [codes]
        if name := next((tag for tag in self._layout.tags if tag.name == NAME_TAG), None):
            columns.append(name)
            arrays.append([_label(name, code) for code in codes])
        await self._connection.execute(statements.insert_tags(self._table, columns), arrays)


def subtable_name(device_code: str) -> str:
    """What TDengine's table of this device would be called."""
    return f"t_{device_code}".lower()


def _label(tag: Column, device_code: str) -> str | None:
    """The tag ``name`` in the user's way of naming, where the tag is long enough."""
    label = f"t_{device_code}"
    return label if tag.length is None or len(label) <= tag.length else None


def _merge(readings: Iterable[tuple[int, Reading]]) -> Iterable[Row]:
    rows: dict[tuple[str, datetime], Row] = {}
    for place, reading in readings:
        key = (reading.device_code, reading.ts)
        known = rows.get(key)
        rows[key] = Row.of(place, reading) if known is None else known.overlaid(place, reading)
    # In one order, so that two batches with the same devices wait for each other instead of locking each other out.
    return [rows[key] for key in sorted(rows)]


def _by_named_columns(rows: Iterable[Row]) -> Iterator[tuple[frozenset[str], list[Row]]]:
    groups: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[frozenset(row.values)].append(row)
    yield from groups.items()


def _json(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    encoded = [column for column in columns if column.type in ENCODED]
    return orjson.dumps([_object(row, encoded) for row in rows]).decode()


def _object(row: Row, encoded: Sequence[Column]) -> dict[str, Value]:
    values = {column.name: encode(column, row.values[column.name]) for column in encoded}
    return {**row.values, **values, "device_code": row.device_code, "ts": row.ts}
