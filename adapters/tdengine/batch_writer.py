"""Stores a batch of readings: readings that cannot be stored are rejected one by one, all others are stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from adapters.tdengine import statements
from adapters.tdengine.errors import OutOfRetention, SubtableTaken
from adapters.tdengine.literals import EPOCH, TIMESTAMP_MAX, TIMESTAMP_MIN
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.schema import Schema, Schemas
from adapters.tdengine.statements import is_queryable
from adapters.tdengine.subtables import Subtables, define
from arcbeat.concurrency import run_both
from arcbeat.domain.errors import StoreBadValue
from arcbeat.domain.readings.appending import IndexedReading, validate
from arcbeat.domain.readings.readings import AppendResult, Reading, Rejection
from arcbeat.domain.schema.columns import Value
from arcbeat.domain.schema.super_tables import SuperTable

MergedReading = tuple[tuple[int, ...], Reading]
"""One row to store, and the indexes in the batch of the readings that it was merged from."""


class BatchWriter:
    """Appends batches of readings to super tables.

    The columns, the settings of the database and the subtables of the devices are read anew for each batch: another
    program may have changed them since the last one, and a rejection is final for the sender.
    """

    def __init__(self, rest: TdengineRest, schemas: Schemas, subtables: Subtables) -> None:
        self._rest = rest
        self._schemas = schemas
        self._subtables = subtables

    async def append(
        self, table: SuperTable, readings: Sequence[Reading], now: datetime, *, ignore_unknown_fields: bool
    ) -> AppendResult:
        """Store the readings that can be stored, and return how many, with a rejection for each of the others.

        Raises:
            SubtableTaken: a subtable was replaced by one of another super table meanwhile; append the batch again.
            StoreError: the store failed.
        """
        codes = dict.fromkeys(reading.device_code for reading in readings if is_queryable(reading.device_code))
        schema, found = await run_both(self._schemas.read(table), self._subtables.find(table, codes))
        validated = validate(readings, schema.columns, now, ignore_unknown_fields=ignore_unknown_fields)
        recent, too_old = _reject_expired(validated.storable, now, schema.settings.keep)
        encodable, unencodable = _reject_unencodable_timestamps(recent)
        not_inserted = await self._store(table, schema, found, encodable)
        rejections = [*validated.rejections, *too_old, *unencodable, *not_inserted]
        rejections.sort(key=lambda rejection: rejection.index)
        return AppendResult(len(readings) - len(rejections), tuple(rejections))

    async def _store(
        self, table: SuperTable, schema: Schema, found: Mapping[str, str], indexed: Sequence[IndexedReading]
    ) -> list[Rejection]:
        merged = _merge(indexed, schema.settings.resolution, schema.key)
        codes = dict.fromkeys(reading.device_code for _, reading in merged)
        names = await self._subtables.ensure(table, codes, found, schema.columns)
        # Each insert names the super table and the tags. TDengine then rejects a subtable that belongs to another super
        # table by now, and creates one that was dropped.
        targets = {code: statements.subtable(table, define(name, code, schema.columns)) for code, name in names.items()}
        types = {column.name: column.type for column in schema.columns}
        rows = [statements.row(indexes, targets[reading.device_code], reading, types) for indexes, reading in merged]
        return [rejection for chunk in statements.pack(rows) for rejection in await self._insert(chunk)]

    async def _insert(self, rows: list[statements.Row]) -> list[Rejection]:
        """Insert rows and return the rejected ones.

        TDengine rejects a whole statement for one bad value and does not name the row, so the statement is halved
        until the bad row is alone.
        """
        try:
            await self._rest.execute(statements.insert(rows))
        except SubtableTaken:
            raise
        except StoreBadValue as error:
            if len(rows) == 1:
                reason = "out-of-retention" if isinstance(error, OutOfRetention) else "bad-value"
                return [Rejection(index, reason, error.detail) for index in rows[0].indexes]
            middle = len(rows) // 2
            return [*await self._insert(rows[:middle]), *await self._insert(rows[middle:])]
        return []


def _reject_expired(
    indexed: Iterable[IndexedReading], now: datetime, keep: timedelta | None
) -> tuple[list[IndexedReading], list[Rejection]]:
    """Split off readings older than the database keeps.

    TDengine would reject them too, but one statement at a time, and old readings arrive by the thousand. It does so if
    the account may not read how long the database keeps rows.
    """
    oldest = TIMESTAMP_MIN if keep is None else max(now - keep, TIMESTAMP_MIN)
    storable, rejections = [], []
    for index, reading in indexed:
        if reading.ts < oldest:
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


def _merge(indexed: Iterable[IndexedReading], resolution: timedelta, key: str | None) -> list[MergedReading]:
    """Merge readings of one device with equal primary keys into one row; per column the later value wins.

    The primary key is the timestamp, or the timestamp and the value of the column ``key``. Timestamps are compared as
    the database stores them, rounded down to its resolution: two rows with one primary key in one insert statement
    would otherwise overwrite each other in an undefined order.
    """
    rows: dict[tuple[str, datetime, Value], tuple[tuple[int, ...], Mapping[str, Value]]] = {}
    for index, reading in indexed:
        ts = reading.ts - (reading.ts - EPOCH) % resolution
        row = reading.device_code, ts, reading.values[key] if key else None
        indexes, values = rows.get(row, ((), {}))
        rows[row] = (*indexes, index), {**values, **reading.values}
    return [(indexes, Reading(code, ts, values)) for (code, ts, _), (indexes, values) in rows.items()]
