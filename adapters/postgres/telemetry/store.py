"""Stores readings in PostgreSQL, for the demo and the tests, with a short retention."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from time import perf_counter
from typing import Any

import psycopg
from cachetools import LRUCache
from psycopg import errors
from psycopg.rows import tuple_row

from adapters.postgres.pool import Connection, Database
from adapters.postgres.telemetry import state_runs, statements
from adapters.postgres.telemetry.arrays import texts
from adapters.postgres.telemetry.batch_writer import CHUNK_ROWS, BatchWriter, subtable_name
from adapters.postgres.telemetry.columns import decode, encode
from adapters.postgres.telemetry.latest_rows import read_latest
from adapters.postgres.telemetry.layouts import Layout, Layouts
from adapters.postgres.telemetry.plain_rows import OrderedRows, in_key_order
from adapters.postgres.telemetry.tuple_form import TupleForm
from arcbeat.domain.errors import StoreBadValue, StoreError, StoreObjectMissing, StoreOverloaded
from arcbeat.domain.health import Advice, DependencyHealth, overload_advice
from arcbeat.domain.readings.appending import validate
from arcbeat.domain.readings.plain_batches import MayWrite, PlainBatch, always
from arcbeat.domain.readings.readings import (
    CLOCK_SKEW_MAX,
    Aggregate,
    AppendResult,
    HistoryQuery,
    Latest,
    Reading,
    ValueQuery,
    Window,
    WindowQuery,
)
from arcbeat.domain.readings.stored_rows import LATEST_FORM, LatestRows, RowForm
from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP, Column, Value
from arcbeat.domain.schema.super_tables import (
    SUPER_TABLES_MAX,
    StoreProduct,
    Subtable,
    SuperTable,
    describe_shortcomings,
    possible_super_tables,
)
from arcbeat.domain.states.runs import QueryTooLarge, StateRun, StateRunQuery
from arcbeat.domain.time.clock import utc_now

DEVICES_PER_STATEMENT = 500
DEVICES_PER_SLICE = 500
"""Listed devices that are made before other tasks may run."""
IDLE_SECONDS_MAX = 30.0
"""How long a transaction may wait for this process before PostgreSQL ends it."""
PRUNED_ROWS_PER_TRANSACTION = 10_000
TAGGED_DEVICES_MAX = 500_000
"""Devices of a super table whose stored tags are remembered."""
_NOT_VALUES = frozenset({DEVICE_CODE, TIMESTAMP, statements.CLOCK_SKEW})
_MICROSECOND = timedelta(microseconds=1)
NAME_BYTES_MAX = statements.IDENTIFIER_BYTES_MAX - len(statements.TAGS_SUFFIX)


class PostgresTelemetry:
    """Implements TelemetryStore, PlainStore and PrunableStore; statements.py describes the tables."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime] = utc_now,
        *,
        idle_seconds_max: float = IDLE_SECONDS_MAX,
    ) -> None:
        self._database = database
        self._clock = clock
        self._layouts = Layouts(idle_seconds_max)
        self._tagged: LRUCache[SuperTable, set[str]] = LRUCache(statements.TABLES_MAX)

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Create a super table with these columns, or add the missing ones; repeating it changes nothing.

        Raises:
            StoreBadValue: the name is too long for PostgreSQL, or the type of a column cannot be stored.
        """
        if statements.is_reserved(table):
            raise StoreBadValue(f"{table} is a table of PostgreSQL itself or of arcbeat's master data.")
        if max(len(table.name), len(table.database)) > NAME_BYTES_MAX:
            raise StoreBadValue(f"The name of a super table may have at most {NAME_BYTES_MAX} characters.")
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(statements.LOCK_DEFINITIONS)
            for statement in statements.create(table, columns):
                await connection.execute(statement, ())

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns in order, tags last."""
        async with self._database.connection() as connection:
            return (await self._layouts.read(connection, table)).columns

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        """Return the newest reading of each device that has one, with one statement per batch of devices."""
        codes = list(dict.fromkeys(device_codes))
        found: dict[str, Latest] = {}
        async with self._database.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            for first in range(0, len(codes), DEVICES_PER_STATEMENT):
                params = {"device_codes": texts(codes[first : first + DEVICES_PER_STATEMENT]), "now": self._horizon()}
                await cursor.execute(statements.latest(table), params)
                found.update(await read_latest(cursor))
        return found

    async def latest_rows(self, table: SuperTable, device_codes: Sequence[str]) -> LatestRows:
        """Return the newest readings of a whole device type as :meth:`latest` does, without decoding their values."""
        rows: dict[str, tuple[Any, ...]] = {}
        skewed: set[str] = set()
        form: RowForm = LATEST_FORM
        async with self._database.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            for first in range(0, len(device_codes), DEVICES_PER_STATEMENT):
                codes = list(device_codes[first : first + DEVICES_PER_STATEMENT])
                await cursor.execute(statements.latest(table), {"device_codes": codes, "now": self._horizon()})
                form = found = TupleForm.of(cursor.description or ())
                for row in await cursor.fetchall():
                    code = row[found.code_at]
                    rows[code] = row
                    if row[-1]:
                        skewed.add(code)
        return LatestRows(form, rows, skewed)

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None:
        """Return the newest row of the whole super table by column, including ts; None if there is none."""
        row = await self._database.fetch_one(statements.newest_row(table), {"now": self._horizon()})
        return {name: decode(value) for name, value in row.items() if name != DEVICE_CODE} if row else None

    async def history(self, table: SuperTable, query: HistoryQuery) -> Sequence[Reading]:
        """Return readings of one device, ordered by time."""
        rows = await self._database.fetch_all(
            statements.history(table, query.fields, query.order),
            {"device_code": query.device_code, "start": query.start, "end": query.end, "limit": query.limit},
        )
        return [_to_reading({DEVICE_CODE: query.device_code, **row}) for row in rows]

    async def with_value(self, table: SuperTable, query: ValueQuery) -> Sequence[Reading]:
        """Return the readings in which a column has one value, ordered by time, then by device code."""
        rows = await self._database.fetch_all(
            statements.with_value(table, query),
            {
                "device_codes": list(query.device_codes or ()),
                "start": query.start,
                "end": query.end,
                "limit": query.limit,
                "value": encode(query.column, query.value),
                "after_ts": query.after.ts if query.after else None,
                "after_code": query.after.subtable if query.after else None,
            },
        )
        # There are no subtables: the device code tells readings with one ts apart.
        return [replace(_to_reading(row), subtable=row[DEVICE_CODE]) for row in rows]

    async def windows(self, table: SuperTable, query: WindowQuery) -> Sequence[Window]:
        """Return aggregates by interval, ordered by device code, then by time."""
        rows = await self._database.fetch_all(
            statements.windows(table, query),
            {
                "device_codes": list(query.device_codes or ()),
                "start": query.start,
                "end": query.end,
                "origin": query.origin,
                "interval_us": query.interval // _MICROSECOND,
            },
        )
        return [_to_window(row, query) for row in rows]

    async def state_runs(self, table: SuperTable, query: StateRunQuery) -> Sequence[StateRun]:
        """Return the state runs, ordered by device code, then by time, found by one statement."""
        statement, parameters = state_runs.statement(table, query), state_runs.parameters(query)
        rows = await self._database.fetch_all(statement, parameters)
        if len(rows) > query.runs_max:
            raise QueryTooLarge
        return state_runs.to_runs(rows)

    async def append(
        self, table: SuperTable, readings: Sequence[Reading], *, ignore_unknown_fields: bool = False
    ) -> AppendResult:
        """Store readings in one transaction; the result lists those that cannot be stored."""
        async with self._database.connection() as connection, connection.transaction():
            layout = await self._layouts.read(connection, table)
            validated = validate(readings, layout.columns, self._clock(), ignore_unknown_fields=ignore_unknown_fields)
            tagged = self._tagged.setdefault(table, set())
            not_stored = await BatchWriter(connection, table, layout, tagged).store(validated.storable)
        rejected = {rejection.index for rejection in not_stored}
        _remember_tagged(tagged, (each.device_code for index, each in validated.storable if index not in rejected))
        rejections = sorted((*validated.rejections, *not_stored), key=lambda rejection: rejection.index)
        return AppendResult(len(readings) - len(rejections), tuple(rejections))

    async def columns_to_append(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns in order, tags last, as they were at the latest operation that read them."""
        layout = self._layouts.known(table)
        return layout.columns if layout else await self.describe(table)

    @property
    def readings_together_max(self) -> int:
        """One statement stores so many."""
        return CHUNK_ROWS

    async def append_plain(self, table: SuperTable, batch: PlainBatch, may_write: MayWrite = always) -> bool:
        """Store all readings in one transaction, or none; return False if they must be appended by ``append``."""
        if not await may_write():
            return False
        groups = in_key_order(batch.groups, self._horizon())
        layout = self._layouts.known(table)
        if groups is None or layout is None or layout.columns != tuple(batch.columns):
            return False
        async with self._database.connection() as connection:
            try:
                stored = await self._store_plain(connection, table, layout, groups)
            except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, errors.DeadlockDetected):
                stored = False
        if not stored:
            self._layouts.forget(table)
        return stored

    async def _store_plain(
        self, connection: Connection, table: SuperTable, layout: Layout, groups: Sequence[OrderedRows]
    ) -> bool:
        tagged = self._tagged.setdefault(table, set())
        writer = BatchWriter(connection, table, layout, tagged)
        device_codes = set(chain.from_iterable(group.device_codes for group in groups))
        if len(groups) == 1 and len(groups[0].values) <= CHUNK_ROWS and device_codes <= tagged:
            return await writer.store_in_one_statement(groups[0])
        async with connection.transaction():
            if await self._layouts.read(connection, table) != layout:
                return False
            await writer.store_ordered(groups)
        _remember_tagged(tagged, device_codes)
        return True

    @property
    def product(self) -> StoreProduct:
        return StoreProduct.POSTGRESQL

    async def list_super_tables(self) -> Sequence[SuperTable]:
        """Return the tables with device codes and timestamps, ordered by schema and name."""
        rows = await self._database.fetch_all(statements.LIST_SUPER_TABLES, {"rows_max": SUPER_TABLES_MAX})
        tables = possible_super_tables((row["schema"], row["name"]) for row in rows)
        return [table for table in tables if not statements.is_reserved(table)]

    async def list_devices(self, table: SuperTable) -> Sequence[Subtable]:
        """Return every device with its tags, ordered by device code."""
        async with self._database.connection() as connection:
            layout = await self._layouts.read(connection, table)
            statement = statements.device_codes(table, with_tags=layout.has_companion)
            cursor = await connection.execute(statement)
            parts = []
            while rows := await cursor.fetchmany(DEVICES_PER_SLICE):
                parts.append(rows)
                await asyncio.sleep(0)
        devices: list[Subtable] = []
        for part in parts:
            devices += (_to_subtable(row, layout) for row in part)
            await asyncio.sleep(0)
        return devices

    async def prune(
        self, table: SuperTable, *, older_than: datetime, chunk_rows: int = PRUNED_ROWS_PER_TRANSACTION
    ) -> int:
        """Delete old rows except the newest of each device, and return how many were deleted.

        Each transaction deletes at most ``chunk_rows``. Nothing is deleted while another process prunes, or if another
        program created the table.
        """
        deleted = 0
        while True:
            params = {"older_than": older_than, "now": self._horizon(), "chunk_rows": chunk_rows}
            chunk = await self._prune_chunk(table, params)
            deleted += chunk
            if chunk < chunk_rows:
                return deleted

    async def _prune_chunk(self, table: SuperTable, params: Mapping[str, Any]) -> int:
        async with self._database.connection() as connection, connection.transaction():
            layout = await self._layouts.read(connection, table)
            if not layout.has_companion or not await _try_lock_pruning(connection):
                return 0
            return (await connection.execute(statements.prune(table), params)).rowcount

    async def ping(self) -> str:
        """Return the version of the server."""
        row = await self._database.fetch_one(statements.VERSION)
        return str(row["version"]).split()[0] if row else ""

    async def check(self, tables: Sequence[SuperTable]) -> DependencyHealth:
        """Return whether the server responds. A missing table is only advice: the other tables can be served."""
        started_at = perf_counter()
        try:
            version = await self.ping()
            advice = [item for table in tables for item in await self._advise(table)]
            advice += await self._advise_on_writes()
        except StoreOverloaded as overload:
            return DependencyHealth(
                name="telemetry", latency_ms=_milliseconds_since(started_at), advice=(overload_advice(overload),)
            )
        except StoreError as error:
            return DependencyHealth(name="telemetry", latency_ms=_milliseconds_since(started_at), error=error.detail)
        return DependencyHealth(
            name="telemetry", latency_ms=_milliseconds_since(started_at), version=version, advice=tuple(advice)
        )

    async def _advise(self, table: SuperTable) -> list[Advice]:
        try:
            shortcomings = describe_shortcomings(await self.describe(table))
        except StoreObjectMissing as missing:
            return [Advice("super-table-missing", missing.detail)]
        return [Advice("super-table-unsuitable", f"The super table {table} {shortcomings}.")] if shortcomings else []

    async def _advise_on_writes(self) -> list[Advice]:
        row = await self._database.fetch_one(statements.READ_ONLY)
        if row is None or row["read_only"] == "off":
            return []
        return [
            Advice(
                "takes-no-writes",
                "PostgreSQL is read-only: pages are served, readings cannot be stored. Make it writable or fail over.",
            )
        ]

    def _horizon(self) -> datetime:
        """Return the time after which a row counts as dated in the future."""
        return self._clock() + CLOCK_SKEW_MAX


def _remember_tagged(tagged: set[str], device_codes: Iterable[str]) -> None:
    """Remember devices whose tags are stored; call it after the commit, as a rollback would remove the tags."""
    if len(tagged) > TAGGED_DEVICES_MAX:
        tagged.clear()
    tagged.update(device_codes)


def _milliseconds_since(started_at: float) -> float:
    return (perf_counter() - started_at) * 1000


async def _try_lock_pruning(connection: Connection) -> bool:
    """Lock out other pruning processes until the end of the transaction; return False if one is active."""
    row = await (await connection.execute(statements.TRY_LOCK_PRUNING)).fetchone()
    return bool(row and row["is_locked"])


def _to_reading(row: Mapping[str, Any]) -> Reading:
    values = {name: decode(value) for name, value in row.items() if name not in _NOT_VALUES}
    return Reading(row[DEVICE_CODE], row[TIMESTAMP].astimezone(UTC), values)


def _to_window(row: Mapping[str, Any], query: WindowQuery) -> Window:
    values: dict[str, dict[Aggregate, Value]] = {field: {} for field in query.fields}
    for index, (field, aggregate) in enumerate(statements.list_aggregates(query)):
        values[field][aggregate] = decode(row[str(index)])
    return Window(row[statements.WINDOW_DEVICE], row[statements.WINDOW_START].astimezone(UTC), values)


def _to_subtable(row: Mapping[str, Any], layout: Layout) -> Subtable:
    device_code = row[statements.TAGGED_CODE]
    tags = {tag.name: decode(row.get(tag.name)) for tag in layout.tags if tag.name != DEVICE_CODE}
    return Subtable(subtable_name(device_code), device_code, tags)
