"""The bulk methods of the stores themselves: COPY for PostgreSQL, the largest insert statements for TDengine.

Each method prepares all its data before the clock starts.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import psycopg
from psycopg import sql

from adapters.tdengine.literals import literal
from arcbeat.demo.catalogue import WELDING_COLUMNS
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from bench.support import fleet
from bench.support.plant import Plant
from bench.support.tdengine import TdengineDatabase, connect

STATEMENT_BYTES_MAX = 2**20
CREATED_PER_STATEMENT = 1000
COMPARED_TABLE = "beside_real_data"
STAGE = "bench_stage"
FIELDS = tuple(column for column in WELDING_COLUMNS if not column.is_tag and column.name != "ts")
NAMES = ("device_code", "ts", *(field.name for field in FIELDS))
COPIED_AS = {ColumnType.NCHAR: "varchar", ColumnType.FLOAT: "float4", ColumnType.BOOL: "bool", ColumnType.INT: "int4"}
TYPES = ("varchar", "timestamptz", *(COPIED_AS[field.type] for field in FIELDS))

Batches = Sequence[Sequence[Reading]]
Job = Callable[[int], Awaitable[None]]


class Method:
    """A method of storing batches.

    Attributes:
        name: as results show it.
        is_yardstick: whether the target compares arcbeat with it.
    """

    def __init__(self, name: str, *, is_yardstick: bool = True) -> None:
        self.name = name
        self.is_yardstick = is_yardstick

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        """Prepare the batches and return one job per request; a job takes the number of its sender."""
        raise NotImplementedError

    async def seconds(self, batches: Batches, senders: int) -> float:
        """Return how long the jobs take with this number of concurrent senders."""
        remaining = iter(await self.jobs(batches))

        async def work(sender: int) -> None:
            for job in remaining:
                await job(sender)

        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for sender in range(senders):
                group.create_task(work(sender))
        return time.perf_counter() - started


class CopyRows(Method):
    """Binary COPY; psycopg encodes the values."""

    def __init__(self, connections: Sequence[psycopg.AsyncConnection], table: sql.Composable) -> None:
        super().__init__("COPY, values encoded by psycopg")
        self._connections = connections
        self._statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(table, _names())

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        return [self._job([_row(reading) for reading in batch]) for batch in batches]

    def _job(self, rows: Sequence[tuple[object, ...]]) -> Job:
        async def job(sender: int) -> None:
            async with self._connections[sender].cursor().copy(self._statement) as copy:
                copy.set_types(TYPES)
                for row in rows:
                    await copy.write_row(row)

        return job


class CopyUpsert(CopyRows):
    """COPY into a temporary table, then an upsert, as arcbeat must store readings: existing rows are updated."""

    def __init__(self, connections: Sequence[psycopg.AsyncConnection], table: sql.Composable) -> None:
        super().__init__(connections, sql.Identifier(STAGE))
        self.name = "COPY, then upsert"
        self.is_yardstick = False
        self._merge = sql.SQL(
            "insert into {} ({names}) select {names} from {} on conflict (device_code, ts) do update set {}"
        ).format(table, sql.Identifier(STAGE), _changes(), names=_names())
        self._table = table

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        return [self._upserting(job) for job in await super().jobs(batches)]

    def _upserting(self, copy: Job) -> Job:
        async def job(sender: int) -> None:
            async with self._connections[sender].transaction():
                await self._connections[sender].execute(_create_stage(self._table))
                await copy(sender)
                await self._connections[sender].execute(self._merge)

        return job


class CopyBytes(Method):
    """COPY of bytes that are encoded beforehand: the speed of the server alone."""

    def __init__(self, connections: Sequence[psycopg.AsyncConnection], table: sql.Composable) -> None:
        super().__init__("COPY, encoded before", is_yardstick=False)
        self._connections = connections
        self._into = sql.SQL("copy {} ({}) from stdin (format binary)").format(table, _names())
        self._out = sql.SQL("copy {} ({}) to stdout (format binary)").format(sql.Identifier(STAGE), _names())
        self._rows = CopyRows(connections, sql.Identifier(STAGE))
        self._table = table

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        return [self._job(await self._encoded(job)) for job in await self._rows.jobs(batches)]

    async def _encoded(self, stage: Job) -> bytes:
        """Return a batch as the server itself encodes it."""
        first = self._connections[0]
        async with first.transaction():
            await first.execute(_create_stage(self._table))
            await stage(0)
            async with first.cursor().copy(self._out) as copy:
                return b"".join([bytes(block) async for block in copy])

    def _job(self, data: bytes) -> Job:
        async def job(sender: int) -> None:
            async with self._connections[sender].cursor().copy(self._into) as copy:
                await copy.write(data)

        return job


class Inserts(Method):
    """Insert statements of up to 1 MiB over REST, with values in column order and timestamps as integers."""

    def __init__(self, database: TdengineDatabase) -> None:
        super().__init__("insert statements of 1 MiB")
        self._database = database

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        readings = [reading for batch in batches for reading in batch]
        return [self._job(statement) for statement in _statements(self._database.name, readings)]

    def _job(self, statement: str) -> Job:
        async def job(_: int) -> None:
            await self._database.run(statement)

        return job


def _names() -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, NAMES))


def _changes() -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in NAMES[2:])


def _create_stage(table: sql.Composable) -> sql.Composed:
    return sql.SQL("create temp table {} (like {} including defaults) on commit drop").format(
        sql.Identifier(STAGE), table
    )


def _row(reading: Reading) -> tuple[object, ...]:
    return (reading.device_code, reading.ts, *(reading.values[field.name] for field in FIELDS))


def _statements(database: str, readings: Sequence[Reading]) -> Iterator[str]:
    parts: list[str] = []
    size = 0
    for reading in readings:
        literals = ",".join(literal(field.type, reading.values[field.name]) for field in FIELDS)
        part = f"{database}.b_{reading.device_code} values({int(reading.ts.timestamp() * 1000)},{literals})"
        if size + len(part.encode()) + 1 > STATEMENT_BYTES_MAX - 20:
            yield f"insert into {' '.join(parts)}"
            parts, size = [], 0
        parts.append(part)
        size += len(part.encode()) + 1
    yield f"insert into {' '.join(parts)}"


def bulk_methods(plant: Plant, senders: int) -> AbstractAsyncContextManager[Sequence[Method]]:
    """Return the bulk methods of the plant's store."""
    return _tdengine(plant, plant.telemetry_url) if plant.telemetry_url else _postgresql(plant, senders)


@asynccontextmanager
async def _postgresql(plant: Plant, senders: int) -> AsyncIterator[Sequence[Method]]:
    table = sql.Identifier(plant.table.database, plant.table.name)
    twins = [sql.Identifier(plant.table.database, f"{COMPARED_TABLE}_{number}") for number in range(3)]
    async with AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(await psycopg.AsyncConnection.connect(plant.database_url, autocommit=True))
            for _ in range(senders)
        ]
        for twin in twins:
            await connections[0].execute(sql.SQL("create table {} (like {} including all)").format(twin, table))
        yield [CopyRows(connections, twins[0]), CopyBytes(connections, twins[1]), CopyUpsert(connections, twins[2])]


@asynccontextmanager
async def _tdengine(plant: Plant, url: str) -> AsyncIterator[Sequence[Method]]:
    async with connect(url, plant.table.database) as database:
        await database.create_super_table(SuperTable(database.name, COMPARED_TABLE), WELDING_COLUMNS)
        for codes in _chunks(fleet.device_codes()):
            await database.run("create table " + " ".join(_subtable(database.name, code) for code in codes))
        yield [Inserts(database)]


def _subtable(database: str, code: str) -> str:
    return f"{database}.b_{code} using {database}.{COMPARED_TABLE} tags ('{code}', 't_{code}')"


def _chunks(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(codes), CREATED_PER_STATEMENT):
        yield codes[start : start + CREATED_PER_STATEMENT]
