"""The readings stores that benchmarks measure, each with an empty welding table in a database of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.postgres.pool import Database, open_pool
from adapters.postgres.telemetry.store import PostgresTelemetry
from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat.demo.catalogue import WELDING_COLUMNS
from arcbeat.domain.schema.super_tables import SuperTable
from bench.support import postgres, tdengine
from bench.support.tdengine import TdengineDatabase

POOL_CONNECTIONS = 4
STATEMENT_SECONDS = 20
WELDING_TABLE = "welding_real_data"


@dataclass(frozen=True, slots=True)
class PostgresStore:
    """The store on PostgreSQL, and the connections that plain statements use."""

    telemetry: PostgresTelemetry
    table: SuperTable
    database: Database


@dataclass(frozen=True, slots=True)
class TdengineStore:
    """The store on TDengine, and the connection that plain statements use."""

    telemetry: TdengineTelemetry
    table: SuperTable
    database: TdengineDatabase


@asynccontextmanager
async def postgresql() -> AsyncIterator[PostgresStore]:
    """Start an embedded server."""
    async with postgres.temporary_database() as uri, open_pool(uri, max_size=POOL_CONNECTIONS) as pool:
        database = Database(pool, timeout_seconds=STATEMENT_SECONDS)
        telemetry = PostgresTelemetry(database)
        table = SuperTable("bench", WELDING_TABLE)
        await telemetry.create_super_table(table, WELDING_COLUMNS)
        yield PostgresStore(telemetry, table, database)


@asynccontextmanager
async def tdengine_at(url: str) -> AsyncIterator[TdengineStore]:
    """Use the live server at ``url``."""
    async with tdengine.temporary_database(url) as database:
        table = SuperTable(database.name, WELDING_TABLE)
        await database.create_super_table(table, WELDING_COLUMNS)
        telemetry = TdengineTelemetry.from_url(url)
        try:
            yield TdengineStore(telemetry, table, database)
        finally:
            await telemetry.aclose()
