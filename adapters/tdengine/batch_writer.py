"""Storing readings: what cannot be stored is found out and named, everything else gets in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from adapters.refreshing import Refreshing
from adapters.tdengine import statements
from adapters.tdengine.errors import OutOfRetention
from adapters.tdengine.literals import EPOCH, TIMESTAMP_MAX, TIMESTAMP_MIN
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.schema import Schema
from adapters.tdengine.subtables import SubtableCreator
from arcbeat.domain.errors import StoreBadValue
from arcbeat.domain.readings.appending import IndexedReading, ValidatedBatch, validate
from arcbeat.domain.readings.columns import Column, Value
from arcbeat.domain.readings.readings import AppendResult, Reading, Rejection, SuperTable

Merged = tuple[tuple[int, ...], Reading]


class BatchWriter:
    """Appends batches of readings to super tables."""

    def __init__(self, rest: TdengineRest, schemas: Refreshing[SuperTable, Schema], subtables: SubtableCreator) -> None:
        self._rest = rest
        self._schemas = schemas
        self._subtables = subtables

    async def append(
        self, table: SuperTable, readings: Sequence[Reading], now: datetime, *, ignore_unknown_fields: bool
    ) -> AppendResult:
        """Store what can be stored.

        Raises:
            StoreError: the store failed.
        """

        def judge(columns: Sequence[Column]) -> ValidatedBatch:
            return validate(readings, columns, now, ignore_unknown_fields=ignore_unknown_fields)

        schema, sifted = await self._sift(table, judge)
        storable, too_old = _part_by_age(sifted.storable, now - schema.settings.keep)
        sayable, unencodable = _part_by_moments(storable)
        refused = await self._store(table, schema, sayable)
        rejections = sorted([*sifted.rejections, *too_old, *unencodable, *refused], key=lambda each: each.index)
        return AppendResult(len(readings) - len(rejections), tuple(rejections))

    async def _sift(
        self, table: SuperTable, judge: Callable[[Sequence[Column]], ValidatedBatch]
    ) -> tuple[Schema, ValidatedBatch]:
        schema = await self._schemas.get(table)
        sifted = judge(schema.columns)
        if sifted.has_unknown_fields:
            # It may be a column that was added just now.
            self._schemas.forget(table)
            schema = await self._schemas.get(table)
            sifted = judge(schema.columns)
        return schema, sifted

    async def _store(self, table: SuperTable, schema: Schema, placed: Sequence[IndexedReading]) -> list[Rejection]:
        merged = _merge(placed, schema.settings.resolution)
        names = await self._subtables.ensure(table, (reading.device_code for _, reading in merged), schema.columns)
        types = {column.name: column.type for column in schema.columns}
        rows = [
            statements.row(places, table.database, names[reading.device_code], reading, types)
            for places, reading in merged
        ]
        return [rejection for chunk in statements.pack(rows) for rejection in await self._insert(chunk)]

    async def _insert(self, rows: list[statements.Row]) -> list[Rejection]:
        """Insert rows; if a value is refused, look for it by halves, so that only its own row is lost."""
        try:
            await self._rest.execute(statements.insert(rows))
        except StoreBadValue as error:
            if len(rows) == 1:
                reason = "out-of-retention" if isinstance(error, OutOfRetention) else "bad-value"
                return [Rejection(place, reason, error.detail) for place in rows[0].places]
            middle = len(rows) // 2
            return [*await self._insert(rows[:middle]), *await self._insert(rows[middle:])]
        return []


def _part_by_age(placed: Iterable[IndexedReading], oldest: datetime) -> tuple[list[IndexedReading], list[Rejection]]:
    """The server would say so too, but for the whole statement, and old rows come in thousands."""
    storable, rejections = [], []
    for index, reading in placed:
        if reading.ts < max(oldest, TIMESTAMP_MIN):
            rejections.append(Rejection(index, "out-of-retention", "ts: older than the database keeps"))
        else:
            storable.append((index, reading))
    return storable, rejections


def _part_by_moments(placed: Iterable[IndexedReading]) -> tuple[list[IndexedReading], list[Rejection]]:
    """TDengine would store other moments than these without a word."""
    storable, rejections = [], []
    for index, reading in placed:
        unencodable = [name for name, value in reading.values.items() if not _is_encodable(value)]
        if unencodable:
            detail = f"{unencodable[0]}: not between {TIMESTAMP_MIN.year} and {TIMESTAMP_MAX.year}"
            rejections.append(Rejection(index, "bad-value", detail))
        else:
            storable.append((index, reading))
    return storable, rejections


def _is_encodable(value: Value) -> bool:
    return not isinstance(value, datetime) or TIMESTAMP_MIN <= value <= TIMESTAMP_MAX


def _merge(placed: Iterable[IndexedReading], resolution: timedelta) -> list[Merged]:
    """One row a device and moment: of several readings the later wins, column by column."""
    rows: dict[tuple[str, datetime], tuple[tuple[int, ...], Mapping[str, Value]]] = {}
    for index, reading in placed:
        key = reading.device_code, reading.ts - (reading.ts - EPOCH) % resolution
        places, values = rows.get(key, ((), {}))
        rows[key] = (*places, index), {**values, **reading.values}
    return [(places, Reading(code, ts, values)) for (code, ts), (places, values) in rows.items()]
