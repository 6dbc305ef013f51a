"""Stores a batch of readings: readings that cannot be stored are rejected one by one, all others are stored."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from adapters.caching import StaleWhileRefreshingCache
from adapters.tdengine import statements
from adapters.tdengine.errors import OutOfRetention
from adapters.tdengine.literals import EPOCH, TIMESTAMP_MAX, TIMESTAMP_MIN
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.schema import Schema
from adapters.tdengine.subtables import SubtableCreator
from arcbeat.domain.errors import StoreBadValue
from arcbeat.domain.readings.appending import IndexedReading, ValidatedBatch, validate
from arcbeat.domain.readings.readings import AppendResult, Reading, Rejection
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable

MergedReading = tuple[tuple[int, ...], Reading]
"""One row to store, and the indexes in the batch of the readings that it was merged from."""


class BatchWriter:
    """Appends batches of readings to super tables."""

    def __init__(
        self, rest: TdengineRest, schemas: StaleWhileRefreshingCache[SuperTable, Schema], subtables: SubtableCreator
    ) -> None:
        self._rest = rest
        self._schemas = schemas
        self._subtables = subtables

    async def append(
        self, table: SuperTable, readings: Sequence[Reading], now: datetime, *, ignore_unknown_fields: bool
    ) -> AppendResult:
        """Store the readings that can be stored, and return how many, with a rejection for each of the others.

        Raises:
            StoreError: the store failed.
        """

        def validate_against(columns: Sequence[Column]) -> ValidatedBatch:
            return validate(readings, columns, now, ignore_unknown_fields=ignore_unknown_fields)

        schema, validated = await self._validate(table, validate_against)
        recent, too_old = _reject_expired(validated.storable, now - schema.settings.keep)
        encodable, unencodable = _reject_unencodable_timestamps(recent)
        not_inserted = await self._store(table, schema, encodable)
        rejections = [*validated.rejections, *too_old, *unencodable, *not_inserted]
        rejections.sort(key=lambda rejection: rejection.index)
        return AppendResult(len(readings) - len(rejections), tuple(rejections))

    async def _validate(
        self, table: SuperTable, validate_against: Callable[[Sequence[Column]], ValidatedBatch]
    ) -> tuple[Schema, ValidatedBatch]:
        schema = await self._schemas.get(table)
        validated = validate_against(schema.columns)
        if validated.has_unknown_fields:
            # The cached schema may be older than a column that was just added: read it again before rejecting.
            self._schemas.forget(table)
            schema = await self._schemas.get(table)
            validated = validate_against(schema.columns)
        return schema, validated

    async def _store(self, table: SuperTable, schema: Schema, indexed: Sequence[IndexedReading]) -> list[Rejection]:
        merged = _merge(indexed, schema.settings.resolution)
        names = await self._subtables.ensure(table, (reading.device_code for _, reading in merged), schema.columns)
        types = {column.name: column.type for column in schema.columns}
        rows = [
            statements.row(indexes, table.database, names[reading.device_code], reading, types)
            for indexes, reading in merged
        ]
        return [rejection for chunk in statements.pack(rows) for rejection in await self._insert(chunk)]

    async def _insert(self, rows: list[statements.Row]) -> list[Rejection]:
        """Insert rows and return the rejected ones.

        TDengine rejects a whole statement for one bad value and does not name the row, so the statement is halved
        until the bad row is alone.
        """
        try:
            await self._rest.execute(statements.insert(rows))
        except StoreBadValue as error:
            if len(rows) == 1:
                reason = "out-of-retention" if isinstance(error, OutOfRetention) else "bad-value"
                return [Rejection(index, reason, error.detail) for index in rows[0].indexes]
            middle = len(rows) // 2
            return [*await self._insert(rows[:middle]), *await self._insert(rows[middle:])]
        return []


def _reject_expired(
    indexed: Iterable[IndexedReading], oldest: datetime
) -> tuple[list[IndexedReading], list[Rejection]]:
    """Split off readings older than the database keeps.

    TDengine would reject them too, but one statement at a time, and old readings arrive by the thousand.
    """
    storable, rejections = [], []
    for index, reading in indexed:
        if reading.ts < max(oldest, TIMESTAMP_MIN):
            rejections.append(Rejection(index, "out-of-retention", "ts: older than the database keeps"))
        else:
            storable.append((index, reading))
    return storable, rejections


def _reject_unencodable_timestamps(indexed: Iterable[IndexedReading]) -> tuple[list[IndexedReading], list[Rejection]]:
    """Split off readings with a timestamp value outside the range that TDengine stores correctly."""
    storable, rejections = [], []
    for index, reading in indexed:
        unencodable = [name for name, value in reading.values.items() if not _is_encodable(value)]
        if unencodable:
            detail = f"{unencodable[0]}: not between {TIMESTAMP_MIN.year} and {TIMESTAMP_MAX.year}"
            rejections.append(Rejection(index, "bad-value", detail))
        else:
            storable.append((index, reading))
    return storable, rejections


def _is_encodable(value: Value) -> bool:
    return not isinstance(value, datetime) or TIMESTAMP_MIN <= value <= TIMESTAMP_MAX


def _merge(indexed: Iterable[IndexedReading], resolution: timedelta) -> list[MergedReading]:
    """Merge readings of one device with equal timestamps into one row; per column the later value wins.

    Timestamps are compared as the database stores them, rounded down to its resolution: two rows with one timestamp
    in one insert statement would otherwise overwrite each other in an undefined order.
    """
    rows: dict[tuple[str, datetime], tuple[tuple[int, ...], Mapping[str, Value]]] = {}
    for index, reading in indexed:
        key = reading.device_code, reading.ts - (reading.ts - EPOCH) % resolution
        indexes, values = rows.get(key, ((), {}))
        rows[key] = (*indexes, index), {**values, **reading.values}
    return [(indexes, Reading(code, ts, values)) for (code, ts), (indexes, values) in rows.items()]
