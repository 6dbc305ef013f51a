"""The bulk methods of the stores: upserts and COPY for PostgreSQL, the largest insert statements for TDengine.

Each method prepares all its data before the clock starts.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from adapters.tdengine.literals import literal
from arcbeat.demo.catalogue import WELDING_COLUMNS
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.super_tables import SuperTable
from bench.readings import postgres_methods
from bench.readings.methods import Batches, Job, Method
from bench.readings.postgres_methods import FIELDS
from bench.support import fleet
from bench.support.plant import Plant
from bench.support.tdengine import TdengineDatabase, connect

STATEMENT_BYTES_MAX = 2**20
CREATED_PER_STATEMENT = 1000
COMPARED_TABLE = "beside_real_data"
INSERT_RATIO_MIN = 0.5


class Inserts(Method):
    """Insert statements of up to 1 MiB over REST, with values in column order and timestamps as integers."""

    def __init__(self, database: TdengineDatabase) -> None:
        super().__init__("insert statements of 1 MiB", INSERT_RATIO_MIN)
        self._database = database

    async def jobs(self, batches: Batches) -> Sequence[Job]:
        readings = [reading for batch in batches for reading in batch]
        return [self._job(statement) for statement in _statements(self._database.name, readings)]

    def _job(self, statement: str) -> Job:
        async def job(_: int) -> None:
            await self._database.run(statement)

        return job


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
    return _tdengine(plant, plant.telemetry_url) if plant.telemetry_url else postgres_methods.methods(plant, senders)


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
