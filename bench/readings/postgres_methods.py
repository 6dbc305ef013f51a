"""The bulk methods of PostgreSQL: COPY, which cannot update rows, and upserts of whole batches.

The fastest upserts that were found are the yardsticks: of arrays, and after COPY into a temporary table. Each
connection has a temporary table that is emptied at the end of each transaction.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import orjson
import psycopg
from psycopg import sql

from adapters.postgres.binary_arrays import accept_binary_arrays
from adapters.postgres.telemetry import arrays, statements
from arcbeat.demo.catalogue import WELDING_COLUMNS
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from bench.readings.methods import Batches, Job, Method
from bench.support.plant import Plant

COMPARED_TABLE = "compared"
STAGE = sql.Identifier("bench_stage")
UPSERT_RATIO_MIN = 0.9
FIELDS = tuple(column for column in WELDING_COLUMNS if not column.is_tag and column.name != "ts")
NAMES = ("device_code", "ts", *(field.name for field in FIELDS))
COPIED_AS = {ColumnType.NCHAR: "varchar", ColumnType.FLOAT: "float4", ColumnType.BOOL: "bool", ColumnType.INT: "int4"}
TYPES = ("varchar", "timestamptz", *(COPIED_AS[field.type] for field in FIELDS))

Connections = Sequence[psycopg.AsyncConnection]


class CopyRows(Method):
    """Binary COPY; psycopg encodes the values."""

    def __init__(self, connections: Connections, table: sql.Composable) -> None:
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


class CopyBytes(Method):
    """COPY of bytes that are encoded beforehand: the speed of the server alone."""

    def __init__(self, connections: Connections, table: sql.Composable) -> None:
        super().__init__("COPY, encoded before")
        self._connections = connections
        self._into = sql.SQL("copy {} ({}) from stdin (format binary)").format(table, _names())
        self._out = sql.SQL("copy {} ({}) to stdout (format binary)").format(STAGE, _names())
        self._rows = CopyRows(connections, STAGE)

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        return [self._job(await self._encoded(job)) for job in await self._rows.jobs(batches)]

    async def _encoded(self, stage: Job) -> bytes:
        """Return a batch as the server itself encodes it."""
        first = self._connections[0]
        async with first.transaction():
            await stage(0)
            async with first.cursor().copy(self._out) as copy:
                return b"".join([bytes(block) async for block in copy])

    def _job(self, data: bytes) -> Job:
        async def job(sender: int) -> None:
            async with self._connections[sender].cursor().copy(self._into) as copy:
                await copy.write(data)

        return job


class CopyUpsert(Method):
    """COPY of encoded bytes into the temporary table, then an upsert from there."""

    def __init__(self, connections: Connections, table: sql.Composable) -> None:
        super().__init__("COPY, encoded before, then upsert", UPSERT_RATIO_MIN)
        self._connections = connections
        self._copy = CopyBytes(connections, STAGE)
        self._upsert = sql.SQL(
            "insert into {} ({names}) select {names} from {} on conflict (device_code, ts) do update set {}"
        ).format(table, STAGE, _changes(), names=_names())

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        return [self._upserting(job) for job in await self._copy.jobs(batches)]

    def _upserting(self, copy: Job) -> Job:
        async def job(sender: int) -> None:
            async with self._connections[sender].transaction():
                await copy(sender)
                await self._connections[sender].execute(self._upsert)

        return job


class ArrayUpsert(Method):
    """An upsert of arrays that are encoded beforehand, in the order of the key."""

    def __init__(self, connections: Connections, table: SuperTable) -> None:
        super().__init__("upsert of arrays, encoded before", UPSERT_RATIO_MIN)
        self._connections = connections
        self._upsert = statements.upsert(table, FIELDS)

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        return [self._job(_arrays(batch)) for batch in batches]

    def _job(self, encoded: Sequence[arrays.Array]) -> Job:
        async def job(sender: int) -> None:
            await self._connections[sender].execute(self._upsert, encoded)

        return job


class ListUpsert(ArrayUpsert):
    """The same upsert of lists, which psycopg encodes: what a program writes without an encoder of its own."""

    def __init__(self, connections: Connections, table: SuperTable) -> None:
        super().__init__(connections, table)
        self.name, self.ratio_min = "upsert of lists, encoded by psycopg", None

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        return [self._job_of_lists(_columns(batch)) for batch in batches]

    def _job_of_lists(self, columns: Sequence[list[object]]) -> Job:
        async def job(sender: int) -> None:
            await self._connections[sender].execute(self._upsert, columns)

        return job


class JsonUpsert(Method):
    """An upsert of one JSON text per batch, which is encoded beforehand."""

    def __init__(self, connections: Connections, table: sql.Composable) -> None:
        super().__init__("upsert of JSON, encoded before")
        self._connections = connections
        typed = sql.SQL(", ").join(map(sql.SQL("{} {}").format, map(sql.Identifier, NAMES), map(sql.SQL, TYPES)))
        self._upsert = sql.SQL(
            "insert into {} ({names}) select {names} from json_to_recordset(%s::json) as sent ({}) "
            "on conflict (device_code, ts) do update set {}"
        ).format(table, typed, _changes(), names=_names())

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        return [self._job(_json(batch)) for batch in batches]

    def _job(self, text: str) -> Job:
        async def job(sender: int) -> None:
            await self._connections[sender].execute(self._upsert, (text,))

        return job


def _names() -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, NAMES))


def _changes() -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in NAMES[2:])


def _row(reading: Reading) -> tuple[object, ...]:
    return (reading.device_code, reading.ts, *(reading.values[field.name] for field in FIELDS))


def _columns(batch: Sequence[Reading]) -> list[list[object]]:
    in_order = sorted(batch, key=lambda reading: (reading.device_code, reading.ts))
    return [list(column) for column in zip(*map(_row, in_order), strict=True)]


def _arrays(batch: Sequence[Reading]) -> list[arrays.Array]:
    code = statements.KEY_COLUMN
    ts, *_ = WELDING_COLUMNS
    return arrays.encode_columns((code, ts, *FIELDS), list(zip(*_columns(batch), strict=True)))


def _json(batch: Sequence[Reading]) -> str:
    return orjson.dumps([dict(zip(NAMES, row, strict=True)) for row in zip(*_columns(batch), strict=True)]).decode()


@asynccontextmanager
async def methods(plant: Plant, senders: int) -> AsyncIterator[Sequence[Method]]:
    """Open the connections of all senders, and make a table for each method."""
    twins = [SuperTable(plant.table.database, f"{COMPARED_TABLE}_{number}") for number in range(6)]
    names = [sql.Identifier(twin.database, twin.name) for twin in twins]
    like = sql.Identifier(plant.table.database, plant.table.name)
    async with AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(await psycopg.AsyncConnection.connect(plant.database_url, autocommit=True))
            for _ in range(senders)
        ]
        for connection in connections:
            accept_binary_arrays(connection)
            create = sql.SQL("create temp table {} (like {} including defaults) on commit delete rows")
            await connection.execute(create.format(STAGE, like))
        for name in names:
            await connections[0].execute(sql.SQL("create table {} (like {} including all)").format(name, like))
        yield [
            ArrayUpsert(connections, twins[0]),
            ListUpsert(connections, twins[1]),
            JsonUpsert(connections, names[2]),
            CopyUpsert(connections, names[3]),
            CopyBytes(connections, names[4]),
            CopyRows(connections, names[5]),
        ]
