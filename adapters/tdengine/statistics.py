"""Tables of statistics in TDengine: super tables of its own, and rows in tables of other programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.tdengine import statements
from adapters.tdengine.batch_writer import BatchWriter
from adapters.tdengine.errors import SubtableTaken
from adapters.tdengine.literals import literal, timestamp
from adapters.tdengine.reads import Reads
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.schema import Schemas, read_columns
from adapters.tdengine.subtables import Subtables
from arcbeat.concurrency import deadline
from arcbeat.domain.errors import StoreBadValue, StoreObjectMissing, StoreProtocolError
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.columns import TIMESTAMP, Column, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import Clock, utc_now

BATCHES_AT_ONCE = 4
"""Statements of one operation in flight at the same time."""
TOTAL_SECONDS = 60.0
"""The timeout of one operation with all its statements: the first rows of a batch create its subtables."""


class TdengineStatistics:
    """Implements StatisticsStore. Close it with ``aclose``, before ``rest``."""

    def __init__(self, rest: TdengineRest, *, clock: Clock = utc_now) -> None:
        self._rest = rest
        self._clock = clock
        self._reads = Reads(rest, batches_at_once=BATCHES_AT_ONCE)
        self._schemas = Schemas(rest, self._reads)
        self._subtables = Subtables(rest, self._reads, name_of=_subtable_name)
        self._writer = BatchWriter(rest, self._schemas, self._subtables)

    async def aclose(self) -> None:
        """Cancel what runs in the background; the connections stay open."""
        await self._schemas.aclose()
        await self._subtables.aclose()
        await self._reads.aclose()

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns in order, tags last."""
        async with deadline(TOTAL_SECONDS):
            return await read_columns(self._reads, table)

    async def create(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Create a super table with these columns."""
        async with deadline(TOTAL_SECONDS):
            await self._rest.execute(statements.create_super_table(table, columns))

    async def add_columns(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Add columns that the super table does not have, one statement each: TDengine adds no more at once."""
        async with deadline(TOTAL_SECONDS):
            for column in columns:
                await self._add_column(table, column)

    async def _add_column(self, table: SuperTable, column: Column) -> None:
        try:
            await self._rest.execute(statements.add_column(table, column))
        except StoreProtocolError:
            # «Column already exists»: another process has added it since the table was described.
            if column not in await read_columns(self._reads, table):
                raise

    async def write(self, table: SuperTable, rows: Sequence[Reading]) -> AppendResult:
        """Store rows; the result lists those that cannot be stored."""
        async with deadline(TOTAL_SECONDS):
            try:
                return await self._append(table, rows)
            except (StoreObjectMissing, SubtableTaken):
                # Another program dropped a column, or replaced a subtable, between reading and writing.
                return await self._append(table, rows)

    async def write_foreign(self, table: SuperTable, series: str, ts: datetime, values: Mapping[str, Value]) -> None:
        """Store a row in the subtable ``series``."""
        async with deadline(TOTAL_SECONDS):
            columns = await read_columns(self._reads, table)
            tags = [each.name for each in columns if each.is_tag]
            if not tags:
                raise StoreBadValue(f"The table {table} is not a super table, so it cannot have rows of arcbeat.")
            types = {each.name: each.type for each in columns}
            literals = {name: literal(types[name], value) for name, value in values.items()}
            row = {TIMESTAMP: timestamp(ts), **literals}
            await self._rest.execute(statements.insert_foreign(table, series, tags, row))

    async def _append(self, table: SuperTable, rows: Sequence[Reading]) -> AppendResult:
        return await self._writer.append(table, rows, self._clock(), ignore_unknown_fields=False)


def _subtable_name(table: SuperTable, device_code: str) -> str:
    """Return a name that no subtable of the readings has: ``t_{device_code}`` is taken in the same database."""
    return statements.subtable_name(table, device_code, prefix=f"t_{table.name}")
