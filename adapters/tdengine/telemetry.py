"""Implements the TelemetryStore port on TDengine; README.md in this folder explains how."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from adapters.breaker import BreakerState
from adapters.caching import StaleWhileRefreshingCache
from adapters.tdengine import statements
from adapters.tdengine.batch_writer import BatchWriter
from adapters.tdengine.health import read_health, read_version
from adapters.tdengine.literals import is_encodable, is_name, round_up_to_resolution
from adapters.tdengine.rest import RestLimits, TdengineRest
from adapters.tdengine.rows import (
    LatestRow,
    Result,
    is_later_than,
    newest_by_device,
    to_columns,
    to_latest,
    to_readings,
    to_row,
    to_subtables,
)
from adapters.tdengine.schema import Schema, read_schema
from adapters.tdengine.subtables import SubtableCreator, SubtableMap, read_map
from adapters.tdengine.windows import to_encodable, to_windows
from arcbeat.concurrency import deadline
from arcbeat.domain.errors import StoreBadValue, StoreObjectMissing
from arcbeat.domain.health import DependencyHealth
from arcbeat.domain.metrics import UNOBSERVED, StoreObserver
from arcbeat.domain.readings.readings import (
    CLOCK_SKEW_MAX,
    AppendResult,
    HistoryQuery,
    Latest,
    Reading,
    Window,
    WindowQuery,
)
from arcbeat.domain.schema.columns import DEVICE_CODE, Column, Value
from arcbeat.domain.schema.super_tables import Subtable, SuperTable
from arcbeat.domain.time.clock import utc_now

DEVICE_CODE_CHARACTERS_MAX = 200
"""No device has a longer code. Longer requested codes are skipped, so that they cannot exceed the statement limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryLimits:
    """Limits of size, concurrency, time and age.

    Attributes:
        batch_size: devices per statement.
        batches_at_once: statements of one operation in flight at the same time.
        total_seconds: the timeout of one operation with all its statements.
        fresh_seconds: the age from which the maps of subtables and the schemas are read again.
    """

    batch_size: int = 500
    batches_at_once: int = 4
    total_seconds: float = 15.0
    fresh_seconds: float = 60.0


class TdengineTelemetry:
    """Implements TelemetryStore. Close it with ``aclose``.

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
        fresh_seconds = self._limits.fresh_seconds
        self._maps: StaleWhileRefreshingCache[SuperTable, SubtableMap] = StaleWhileRefreshingCache(
            "subtables", partial(read_map, rest), fresh_seconds=fresh_seconds, monotonic=monotonic
        )
        self._schemas: StaleWhileRefreshingCache[SuperTable, Schema] = StaleWhileRefreshingCache(
            "schema", partial(read_schema, rest), fresh_seconds=fresh_seconds, monotonic=monotonic
        )
        self._appender = BatchWriter(rest, self._schemas, SubtableCreator(rest, self._maps))

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
    ) -> "TdengineTelemetry":
        """Return the store at ``tdengine://user:password@host:6041``; ``tdengines://`` uses TLS.

        No request is sent before the first operation.

        Raises:
            ValueError: the URL does not have this form.
        """
        rest = TdengineRest.from_url(url, proxy=proxy, limits=rest_limits, observer=observer)
        return cls(rest, clock=clock, limits=limits)

    @property
    def breaker_state(self) -> BreakerState:
        return self._rest.breaker_state

    async def aclose(self) -> None:
        """Cancel running loads of the caches and close the connections."""
        await self._maps.aclose()
        await self._schemas.aclose()
        await self._rest.aclose()

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        """Return the newest reading of each device that has one; rows dated in the future are ignored.

        ``last_row`` finds one row per subtable without scanning, but a row dated in the future hides all later ones.
        Such devices are read a second time with an upper bound, which is slower and rare.
        """
        async with deadline(self._limits.total_seconds):
            horizon = self._horizon()
            rows = await self._latest_rows(table, dict.fromkeys(filter(_is_queryable, device_codes)))
            skewed = {row.subtable: row.reading.device_code for row in rows if row.reading.ts > horizon}
            bounded = [statements.latest_of_subtables(table, names, until=horizon) for names in self._batches(skewed)]
            valid = [row for row in rows if row.subtable not in skewed]
            return newest_by_device([*valid, *to_latest(await self._read(bounded))], frozenset(skewed.values()))

    async def _latest_rows(self, table: SuperTable, codes: Iterable[str]) -> list[LatestRow]:
        """Read by subtable where the map has it, which is up to four times faster; otherwise by tag.

        Subtables found by tag are added to the map.
        """
        known = await self._maps.get(table)
        names_by_code = {code: known.names(code) for code in codes}
        subtables = self._batches(name for names in names_by_code.values() for name in names)
        unmapped = self._batches(code for code, names in names_by_code.items() if not names)
        by_name = [statements.latest_of_subtables(table, batch) for batch in subtables]
        by_tag = [statements.latest_of_devices(table, batch) for batch in unmapped]
        results = await self._read([*by_name, *by_tag])
        discovered = to_latest(results[len(by_name) :])
        known.add((row.subtable, row.reading.device_code) for row in discovered)
        return [*to_latest(results[: len(by_name)]), *discovered]

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None:
        """Return the newest row of the whole super table by column, not dated in the future; None if there is none."""
        async with deadline(self._limits.total_seconds):
            horizon = self._horizon()
            row = to_row(await self._rest.execute(statements.newest_row(table)))
            if row is not None and is_later_than(row, horizon):
                row = to_row(await self._rest.execute(statements.newest_row(table, until=horizon)))
            return row

    async def history(self, table: SuperTable, query: HistoryQuery) -> Sequence[Reading]:
        """Return readings of one device, ordered by time."""
        async with deadline(self._limits.total_seconds):
            _check_fields(query.fields)
            schema = await self._schemas.get(table)
            if not _is_queryable(query.device_code):
                return []
            resolution = schema.settings.resolution
            query = replace(
                query,
                start=round_up_to_resolution(query.start, resolution),
                end=round_up_to_resolution(query.end, resolution),
            )
            result = await self._rest.execute(statements.history(table, query))
            return to_readings(query.device_code, result, () if query.fields else schema.tag_names)

    async def windows(self, table: SuperTable, query: WindowQuery) -> Sequence[Window]:
        """Return aggregates by interval, ordered by device code, then by time."""
        async with deadline(self._limits.total_seconds):
            _check_fields(query.fields)
            query = to_encodable(query, (await self._schemas.get(table)).settings.resolution)
            results = await self._read(statements.windows(table, query, codes) for codes in self._device_batches(query))
            return to_windows(results, query)

    def _device_batches(self, query: WindowQuery) -> Iterator[list[str] | None]:
        """Yield the devices of each statement; None is one statement for the whole super table."""
        if query.device_codes is None:
            yield None
        else:
            yield from self._batches(dict.fromkeys(filter(_is_queryable, query.device_codes)))

    async def append(
        self, table: SuperTable, readings: Sequence[Reading], *, ignore_unknown_fields: bool = False
    ) -> AppendResult:
        """Store readings; the result lists those that cannot be stored."""
        append = partial(self._appender.append, table, readings, ignore_unknown_fields=ignore_unknown_fields)
        async with deadline(self._limits.total_seconds):
            try:
                return await append(self._clock())
            except StoreObjectMissing:
                # A cached subtable or column was dropped in the meantime: read the caches again and retry once. If the
                # super table itself is missing, the second attempt raises the same error.
                self._maps.forget(table)
                self._schemas.forget(table)
                return await append(self._clock())

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Create a super table with these columns; one that exists is left unchanged."""
        if (row_bytes := statements.row_bytes(columns)) > statements.ROW_BYTES_MAX:
            raise StoreBadValue(
                f"a row would have {row_bytes} bytes, and TDengine allows {statements.ROW_BYTES_MAX}; shorten texts"
            )
        async with deadline(self._limits.total_seconds):
            await self._rest.execute(statements.create_super_table(table, columns))

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns in order, tags last."""
        async with deadline(self._limits.total_seconds):
            return to_columns(await self._rest.execute(statements.describe(table)))

    async def list_devices(self, table: SuperTable) -> Sequence[Subtable]:
        """Return every subtable with its tags, ordered by device code, then by name."""
        async with deadline(self._limits.total_seconds):
            names = [name for name in (await self._schemas.get(table)).tag_names if name != DEVICE_CODE]
            found = to_subtables(await self._rest.execute(statements.tags(table, (DEVICE_CODE, *names))), names)
            return sorted(found, key=lambda subtable: (subtable.device_code, subtable.name))

    async def ping(self) -> str:
        """Return the version of the server."""
        async with deadline(self._limits.total_seconds):
            return await read_version(self._rest)

    async def check(self, tables: Sequence[SuperTable]) -> DependencyHealth:
        """Return whether the server responds, with advice about its databases and subtables."""
        return await read_health(self._rest, self._maps, tables, self._limits.total_seconds)

    async def _read(self, statements: Iterable[str]) -> list[Result]:
        """Execute several statements, a few at the same time, and return their results; the first error cancels all."""
        slots = asyncio.Semaphore(self._limits.batches_at_once)

        async def read(statement: str) -> Result:
            async with slots:
                return await self._rest.execute(statement)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(read(statement)) for statement in statements]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return [task.result() for task in tasks]

    def _batches(self, items: Iterable[str]) -> Iterator[list[str]]:
        remaining = list(items)
        for start in range(0, len(remaining), self._limits.batch_size):
            yield remaining[start : start + self._limits.batch_size]

    def _horizon(self) -> datetime:
        """Return the time after which a row counts as dated in the future."""
        return self._clock() + CLOCK_SKEW_MAX


def _is_queryable(device_code: str) -> bool:
    return is_encodable(device_code) and len(device_code) <= DEVICE_CODE_CHARACTERS_MAX


def _check_fields(names: Iterable[str]) -> None:
    for name in names:
        if not is_name(name):
            raise StoreObjectMissing("TDengine has no column with this name.")
