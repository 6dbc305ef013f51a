"""Implements the TelemetryStore port on TDengine; README.md in this folder explains how."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from adapters.breaker import BreakerState
from adapters.caching import StaleWhileRefreshingCache
from adapters.tdengine import statements
from adapters.tdengine.batch_writer import BatchWriter
from adapters.tdengine.clock_skew import SkewedDevices
from adapters.tdengine.errors import SubtableTaken
from adapters.tdengine.health import read_health, read_version
from adapters.tdengine.latest_rows import Merged, split
from adapters.tdengine.literals import is_name, round_up_to_resolution
from adapters.tdengine.plain_writer import PlainWriter
from adapters.tdengine.reads import Reads, ResultCutOff
from adapters.tdengine.rest import RestLimits, TdengineRest
from adapters.tdengine.rows import (
    newest_by_device,
    to_latest,
    to_readings,
    to_row,
    to_subtables,
    to_super_tables,
    to_value_readings,
)
from adapters.tdengine.schema import SYSTEM_DATABASES, Schema, Schemas, read_columns
from adapters.tdengine.sliced_rows import decoded_in_slices, leave_undecoded
from adapters.tdengine.state_runs.reader import StateRunReader
from adapters.tdengine.statements import is_queryable
from adapters.tdengine.subtables import Subtables, find_clashes
from adapters.tdengine.value_statements import with_value
from adapters.tdengine.windows import to_encodable, to_windows
from arcbeat.concurrency import deadline, run_both, run_each
from arcbeat.domain.errors import StoreBadValue, StoreObjectMissing
from arcbeat.domain.health import DependencyHealth
from arcbeat.domain.metrics import UNOBSERVED, ConnectObserver, StoreObserver
from arcbeat.domain.readings.plain_batches import MayWrite, PlainBatch, always
from arcbeat.domain.readings.readings import (
    CLOCK_SKEW_MAX,
    AppendResult,
    HistoryQuery,
    Latest,
    Reading,
    ValueQuery,
    Window,
    WindowQuery,
)
from arcbeat.domain.readings.stored_rows import LatestRows
from arcbeat.domain.schema.columns import DEVICE_CODE, Column, Value
from arcbeat.domain.schema.super_tables import SUPER_TABLES_MAX, StoreProduct, Subtable, SuperTable
from arcbeat.domain.states.runs import StateRun, StateRunQuery
from arcbeat.domain.time.clock import utc_now
from arcbeat.slices import sort_in_slices

READINGS_TOGETHER_MAX = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryLimits:
    """Limits of size, concurrency, time and age.

    Attributes:
        batch_size: devices per statement.
        sample_size: devices per statement that reads a whole device type. TDengine compares the tag of every subtable
            with those of the statement, so that fewer statements take less of it: 100 000 devices took 4.7 s of CPU by
            500, 3.1 by 1 000 and 2.2 by 2 000.
        batches_at_once: statements of one operation in flight at the same time.
        total_seconds: the timeout of one operation with all its statements.
        fresh_seconds: the age from which the devices with several subtables are read again; only readiness lists them.
    """

    batch_size: int = 500
    sample_size: int = 2000
    batches_at_once: int = 4
    total_seconds: float = 15.0
    fresh_seconds: float = 60.0


class TdengineTelemetry:
    """Implements TelemetryStore and PlainStore. Close it with ``aclose``.

    If a device has several subtables, the newest row of all is its latest reading, and new readings are written to the
    first subtable by name.
    """

    def __init__(
        self,
        rest: TdengineRest,
        *,
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        limits: TelemetryLimits | None = None,
    ) -> None:
        """Take ownership of ``rest``: ``aclose`` closes it."""
        self._rest = rest
        self._clock = clock
        self._limits = limits or TelemetryLimits()
        self._reads = Reads(rest, batches_at_once=self._limits.batches_at_once, monotonic=monotonic)
        self._schemas = Schemas(rest, self._reads)
        self._skewed = SkewedDevices(self._reads, monotonic)
        self._subtables = Subtables(rest, self._reads)
        self._writer = BatchWriter(rest, self._schemas, self._subtables)
        self._plain_writer = PlainWriter(rest, self._schemas, self._subtables, monotonic)
        self._state_runs = StateRunReader(self._reads, self._schemas, self.history)
        self._clashes: StaleWhileRefreshingCache[SuperTable, Mapping[str, list[str]]] = StaleWhileRefreshingCache(
            "clashes",
            partial(find_clashes, self._reads),
            fresh_seconds=self._limits.fresh_seconds,
            monotonic=monotonic,
        )

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        proxy: str | None = None,
        clock: Callable[[], datetime] = utc_now,
        rest_limits: RestLimits | None = None,
        limits: TelemetryLimits | None = None,
        observer: StoreObserver = UNOBSERVED,
        connect_observer: ConnectObserver = UNOBSERVED,
    ) -> "TdengineTelemetry":
        """Return the store at ``tdengine://user:password@host:6041``; ``tdengines://`` uses TLS.

        No request is sent before the first operation.

        Raises:
            ValueError: the URL does not have this form.
        """
        rest = TdengineRest.from_url(
            url, proxy=proxy, limits=rest_limits, observer=observer, connect_observer=connect_observer
        )
        return cls(rest, clock=clock, limits=limits)

    @property
    def breaker_state(self) -> BreakerState:
        return self._rest.breaker_state

    async def aclose(self) -> None:
        """Cancel what runs in the background and close the connections."""
        await self._clashes.aclose()
        await self._skewed.aclose()
        await self._schemas.aclose()
        await self._subtables.aclose()
        await self._reads.aclose()
        await self._rest.aclose()

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        """Return the newest reading of each device that has one; rows dated in the future are ignored.

        A device with such rows is marked with ``clock_skew``, a few seconds after the first of them at the latest.
        """
        async with deadline(self._limits.total_seconds):
            codes = dict.fromkeys(filter(is_queryable, device_codes))
            if not codes:
                return {}
            horizon = self._horizon()
            batches = [statements.latest(table, batch, horizon) for batch in self._batches(codes)]
            if (known := self._skewed.known(table, horizon)) is not None:  # usually, and then without a task for each
                return newest_by_device(to_latest(await self._reads.read_all(table, batches)), known)
            results, skewed = await run_both(self._reads.read_all(table, batches), self._skewed.get(table, horizon))
            return newest_by_device(to_latest(results), skewed)

    async def latest_rows(self, table: SuperTable, device_codes: Sequence[str]) -> LatestRows:
        """Return the newest readings of a whole device type as :meth:`latest` does, without decoding their values."""
        async with deadline(self._limits.total_seconds):
            try:
                return await self._latest_rows(table, device_codes, self._limits.sample_size)
            except ResultCutOff:
                return await self._latest_rows(table, device_codes, self._limits.batch_size)

    async def _latest_rows(self, table: SuperTable, device_codes: Sequence[str], size: int) -> LatestRows:
        horizon, merged = self._horizon(), Merged()

        async def read(first: int) -> None:
            # The statement is made here, not for all devices at once, which would hold the event loop.
            codes = list(dict.fromkeys(filter(is_queryable, device_codes[first : first + size])))
            for batch in [codes] if statements.fits(codes) else self._batches(codes):
                if batch:
                    merged.add(await self._reads.read_as(table, statements.latest(table, batch, horizon), split))

        reading = run_each(read, range(0, len(device_codes), size), at_once=self._limits.batches_at_once)
        _, skewed = await run_both(reading, self._skewed.get(table, horizon))
        return merged.latest(skewed)

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None:
        """Return the newest row of the whole super table by column, not dated in the future; None if there is none."""
        async with deadline(self._limits.total_seconds):
            return to_row(await self._rest.execute(statements.newest_row(table, self._horizon())))

    async def history(self, table: SuperTable, query: HistoryQuery) -> Sequence[Reading]:
        """Return readings of one device, ordered by time."""
        async with deadline(self._limits.total_seconds):
            _check_fields(query.fields)
            schema = await self._schemas.read(table)
            if not is_queryable(query.device_code):
                return []
            resolution = schema.settings.resolution
            query = replace(
                query,
                start=round_up_to_resolution(query.start, resolution),
                end=round_up_to_resolution(query.end, resolution),
            )
            statement = statements.history(table, query, schema.key)
            result = await self._reads.read(table, statement, limit=query.limit)
            return to_readings(query.device_code, result, _unrequested(schema, query.fields), schema.key)

    async def with_value(self, table: SuperTable, query: ValueQuery) -> Sequence[Reading]:
        """Return the readings in which a column has one value, ordered by time, then by subtable."""
        async with deadline(self._limits.total_seconds):
            _check_fields((*query.fields, query.column.name))
            schema = await self._schemas.read(table)
            codes = query.device_codes
            if codes is not None:
                codes = tuple(filter(is_queryable, codes))
                if not codes:
                    return []
            resolution = schema.settings.resolution
            query = replace(
                query,
                device_codes=codes,
                start=round_up_to_resolution(query.start, resolution),
                end=round_up_to_resolution(query.end, resolution),
            )
            statement = with_value(table, query, schema.key, has_nanoseconds=schema.settings.has_nanoseconds)
            result = await self._reads.read(table, statement, limit=query.limit)
            return to_value_readings(result)

    async def windows(self, table: SuperTable, query: WindowQuery) -> Sequence[Window]:
        """Return aggregates by interval, ordered by device code, then by time."""
        async with deadline(self._limits.total_seconds):
            _check_fields(query.fields)
            query = to_encodable(query, (await self._schemas.read(table)).settings.resolution)
            batches = [statements.windows(table, query, codes) for codes in self._device_batches(query)]
            results = await self._reads.read_all(table, batches)
            return to_windows(results, query)

    def _device_batches(self, query: WindowQuery) -> Iterator[list[str] | None]:
        """Yield the devices of each statement; None is one statement for the whole super table."""
        if query.device_codes is None:
            yield None
        elif query.merged:
            if codes := list(dict.fromkeys(filter(is_queryable, query.device_codes))):
                yield codes
        else:
            yield from self._batches(dict.fromkeys(filter(is_queryable, query.device_codes)))

    async def state_runs(self, table: SuperTable, query: StateRunQuery) -> Sequence[StateRun]:
        """Return the state runs, ordered by device code, then by time."""
        async with deadline(self._limits.total_seconds):
            return await self._state_runs.read(table, query)

    async def append(
        self, table: SuperTable, readings: Sequence[Reading], *, ignore_unknown_fields: bool = False
    ) -> AppendResult:
        """Store readings; the result lists those that cannot be stored."""
        append = partial(self._writer.append, table, readings, ignore_unknown_fields=ignore_unknown_fields)
        async with deadline(self._limits.total_seconds):
            try:
                return await append(self._clock())
            except (StoreObjectMissing, SubtableTaken):
                # Another program dropped a column, or replaced a subtable, between reading and writing. If it is the
                # super table that is missing, the second attempt raises the same error.
                return await append(self._clock())

    async def columns_to_append(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns in order, tags last, as they were when a batch was last appended."""
        async with deadline(self._limits.total_seconds):
            return await self._plain_writer.columns(table)

    @property
    def readings_together_max(self) -> int:
        """Reading the subtables of 5 000 devices takes a half less per device than those of 1 000."""
        return READINGS_TOGETHER_MAX

    async def append_plain(self, table: SuperTable, batch: PlainBatch, may_write: MayWrite = always) -> bool:
        """Store all readings of a batch and return True, or False if ``append`` must store them."""
        async with deadline(self._limits.total_seconds):
            return await self._plain_writer.append(table, batch, self._clock(), may_write)

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Create a super table with these columns; one that exists is left unchanged."""
        if table.database.lower() in SYSTEM_DATABASES:
            raise StoreBadValue(f"{table.database} is a database of TDengine itself")
        if (row_bytes := statements.row_bytes(columns)) > statements.ROW_BYTES_MAX:
            raise StoreBadValue(
                f"a row would have {row_bytes} bytes, and TDengine allows {statements.ROW_BYTES_MAX}; shorten texts"
            )
        async with deadline(self._limits.total_seconds):
            await self._rest.execute(statements.create_super_table(table, columns))

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns in order, tags last."""
        async with deadline(self._limits.total_seconds):
            return await read_columns(self._reads, table)

    @property
    def product(self) -> StoreProduct:
        return StoreProduct.TDENGINE

    async def list_super_tables(self) -> Sequence[SuperTable]:
        """Return the super tables of all databases, ordered by database and name."""
        async with deadline(self._limits.total_seconds):
            found = await self._rest.execute(statements.super_tables(SUPER_TABLES_MAX))
            return to_super_tables(found)

    async def list_devices(self, table: SuperTable) -> Sequence[Subtable]:
        """Return every subtable with its tags, ordered by device code, then by name."""
        async with deadline(self._limits.total_seconds):
            columns = await read_columns(self._reads, table)
            names = [column.name for column in columns if column.is_tag and column.name != DEVICE_CODE]
            found = await self._reads.read_as(table, statements.tags(table, (DEVICE_CODE, *names)), leave_undecoded)
            subtables = [each async for part in decoded_in_slices(found) for each in to_subtables(part, names)]
            return await sort_in_slices(subtables, lambda subtable: (subtable.device_code, subtable.name))

    async def ping(self) -> str:
        """Return the version of the server."""
        async with deadline(self._limits.total_seconds):
            return await read_version(self._rest)

    async def check(self, tables: Sequence[SuperTable]) -> DependencyHealth:
        """Return whether the server responds, with advice about its databases and subtables."""
        return await read_health(self._rest, self._reads, self._clashes, tables, self._limits.total_seconds)

    def _batches(self, items: Iterable[str]) -> Iterator[list[str]]:
        remaining = list(items)
        for start in range(0, len(remaining), self._limits.batch_size):
            yield remaining[start : start + self._limits.batch_size]

    def _horizon(self) -> datetime:
        """Return the time after which a row counts as dated in the future."""
        return self._clock() + CLOCK_SKEW_MAX


def _unrequested(schema: Schema, fields: Collection[str]) -> Collection[str]:
    """Return the columns of a history statement that the query does not ask for."""
    if not fields:
        return schema.tag_names
    return [schema.key] if schema.key and schema.key not in fields else []


def _check_fields(names: Iterable[str]) -> None:
    for name in names:
        if not is_name(name):
            raise StoreObjectMissing("TDengine has no column with this name.")
