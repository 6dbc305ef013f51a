"""What the suite needs of a store besides the port: creating tables, and writing as other programs do."""

import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias
from urllib.parse import unquote, urlsplit

import httpx
from psycopg import sql

from adapters.postgres.pool import Database, open_pool
from adapters.postgres.telemetry.columns import postgres_type
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable
from tests.support.plain_batches import plain_first
from tests.support.postgres import Server

PRECISIONS = {"ms": timedelta(milliseconds=1), "us": timedelta(microseconds=1), "ns": timedelta(microseconds=1)}
TYPES_WITH_LENGTH = ("varchar", "nchar", "varbinary")
Open: TypeAlias = Callable[[Server], AbstractAsyncContextManager["Harness"]]


class Harness(Protocol):
    """A store under test.

    Attributes:
        url: the value of TELEMETRY_URL for the store.
        database: contains its super tables.
        precision: the resolution of its timestamps.
        has_subtables: whether a device may have several subtables, with any names.
        has_nanoseconds: whether a device may have several timestamps within one microsecond.
    """

    @property
    def url(self) -> str: ...
    @property
    def store(self) -> TelemetryStore: ...
    @property
    def database(self) -> str: ...
    @property
    def precision(self) -> timedelta: ...
    @property
    def has_subtables(self) -> bool: ...
    @property
    def has_nanoseconds(self) -> bool: ...

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None: ...

    async def add_column(self, table: SuperTable, column: Column) -> None: ...

    async def insert_as_other_program(
        self, table: SuperTable, subtable: str, device_code: str, ts: datetime, values: Mapping[str, Value]
    ) -> None:
        """Insert a row as another program does, into a subtable with any name."""
        ...

    async def insert_row(self, table: SuperTable, subtable: str, ts: datetime, values: Mapping[str, Value]) -> None:
        """Insert a row without a device, into a super table without device codes."""
        ...

    async def drop_super_table(self, table: SuperTable) -> None: ...

    async def widen_column(self, table: SuperTable, column: Column) -> None:
        """Give a text column the length of this one."""
        ...

    async def replace_column(self, table: SuperTable, column: Column) -> None:
        """Drop a column and add this one with its name."""
        ...

    async def execute(self, statement: str) -> None:
        """Execute a statement in the store's own language, as another program does."""
        ...


@dataclass(frozen=True, slots=True)
class PostgresHarness:
    """PostgreSQL, where other programs write plain SQL and there are no subtables."""

    store: TelemetryStore
    admin: Database
    url: str
    database: str = "conformance_db"
    precision: timedelta = PRECISIONS["us"]
    has_subtables: bool = False
    has_nanoseconds: bool = False

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        await self.store.create_super_table(table, columns)

    async def add_column(self, table: SuperTable, column: Column) -> None:
        statement = sql.SQL("alter table {} add column {} {}")
        await self.admin.execute(
            statement.format(_table_name(table), sql.Identifier(column.name), postgres_type(column))
        )

    async def insert_as_other_program(
        self,
        table: SuperTable,
        subtable: str,  # noqa: ARG002 -- PostgreSQL has no subtables
        device_code: str,
        ts: datetime,
        values: Mapping[str, Value],
    ) -> None:
        names = sql.SQL(", ").join(sql.Identifier(name) for name in ("device_code", "ts", *values))
        placeholders = sql.SQL(", ").join(sql.Placeholder() for _ in range(2 + len(values)))
        statement = sql.SQL("insert into {} ({}) values ({})").format(_table_name(table), names, placeholders)
        await self.admin.execute(statement, (device_code, ts, *values.values()))

    async def insert_row(self, table: SuperTable, subtable: str, ts: datetime, values: Mapping[str, Value]) -> None:
        await self.insert_as_other_program(table, subtable, subtable, ts, values)

    async def drop_super_table(self, table: SuperTable) -> None:
        await self.admin.execute(sql.SQL("drop table {}").format(_table_name(table)))

    async def widen_column(self, table: SuperTable, column: Column) -> None:
        name = sql.Identifier(column.name)
        statement = sql.SQL("alter table {} alter column {} type {}")
        await self.admin.execute(statement.format(_table_name(table), name, postgres_type(column)))
        # The comment records the length that arcbeat created the column with.
        await self.admin.execute(sql.SQL("comment on column {}.{} is null").format(_table_name(table), name))

    async def replace_column(self, table: SuperTable, column: Column) -> None:
        statement = sql.SQL("alter table {} drop column {}")
        await self.admin.execute(statement.format(_table_name(table), sql.Identifier(column.name)))
        await self.add_column(table, column)

    async def execute(self, statement: str) -> None:
        await self.admin.execute(sql.SQL(statement))


def _table_name(table: SuperTable) -> sql.Identifier:
    return sql.Identifier(table.database, table.name)


@asynccontextmanager
async def postgres(server: Server) -> AsyncIterator[PostgresHarness]:
    uri = server.create_database()
    async with open_pool(uri, max_size=4) as pool:
        database = Database(pool, timeout_seconds=20)
        yield PostgresHarness(PostgresTelemetry(database), database, uri)
    server.drop_database(uri)


@asynccontextmanager
async def postgres_with_plain_batches(server: Server) -> AsyncIterator[Harness]:
    """Open PostgreSQL with appends that are tried as plain batches first."""
    async with postgres(server) as harness:
        yield replace(harness, store=plain_first(PostgresTelemetry(harness.admin)))


@dataclass(frozen=True, slots=True)
class TdengineHarness:
    """TDengine, where other programs write over REST, with names in backquotes to preserve their case."""

    store: TelemetryStore
    client: httpx.AsyncClient
    url: str
    database: str
    precision: timedelta
    has_nanoseconds: bool
    has_subtables: bool = True

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        fields = ", ".join(_definition(column) for column in columns if not column.is_tag)
        tags = ", ".join(_definition(column) for column in columns if column.is_tag)
        await run(self.client, f"create stable if not exists {table} ({fields}) tags ({tags})")

    async def add_column(self, table: SuperTable, column: Column) -> None:
        await run(self.client, f"alter stable {table} add column {_definition(column)}")

    async def insert_as_other_program(
        self, table: SuperTable, subtable: str, device_code: str, ts: datetime, values: Mapping[str, Value]
    ) -> None:
        using = f"{table.database}.`{subtable}` using {table} (device_code) tags ({_literal(device_code)})"
        await self._insert(using, ts, values)

    async def insert_row(self, table: SuperTable, subtable: str, ts: datetime, values: Mapping[str, Value]) -> None:
        await self._insert(f"{table.database}.`{subtable}` using {table} tags (null)", ts, values)

    async def _insert(self, subtable: str, ts: datetime, values: Mapping[str, Value]) -> None:
        names = ", ".join(f"`{name}`" for name in ("ts", *values))
        literals = ", ".join(_literal(value) for value in (ts, *values.values()))
        await run(self.client, f"insert into {subtable} ({names}) values ({literals})")  # noqa: S608 -- only values of the suite

    async def drop_super_table(self, table: SuperTable) -> None:
        await run(self.client, f"drop stable {table}")

    async def widen_column(self, table: SuperTable, column: Column) -> None:
        await run(self.client, f"alter stable {table} modify column {_definition(column)}")

    async def replace_column(self, table: SuperTable, column: Column) -> None:
        await run(self.client, f"alter stable {table} drop column `{column.name}`")
        await self.add_column(table, column)

    async def execute(self, statement: str) -> None:
        await run(self.client, statement)


def _definition(column: Column) -> str:
    length = f"({column.length})" if column.type in TYPES_WITH_LENGTH else ""
    key = " primary key" if column.is_key else ""
    return f"`{column.name}` {column.type}{length}{key}"


def _literal(value: Value) -> str:
    """Return the literal of a value that the suite writes as another program; none of them needs escaping."""
    if isinstance(value, datetime):
        return f"'{value.isoformat()}'"
    return "null" if value is None else repr(value)


async def run(client: httpx.AsyncClient, statement: str) -> None:
    response = await client.post("/rest/sql", content=statement.encode())
    answer = response.raise_for_status().json()
    assert answer["code"] == 0, (statement, answer)


def tdengine(url: str, precision: str, *, cache_model: str = "none", plain_batches: bool = False) -> Open:
    @asynccontextmanager
    async def opened(_: Server) -> AsyncIterator[Harness]:
        # Imported here, so that the suite does not need this adapter when no TDengine is given.
        from adapters.tdengine.telemetry import TdengineTelemetry

        database = f"conformance_{precision}_{uuid.uuid4().hex[:12]}"
        store = TdengineTelemetry.from_url(url)
        async with open_client(url) as client:
            options = f"precision '{precision}' cachemodel '{cache_model}' keep 36500 vgroups 1"
            await run(client, f"create database {database} {options}")
            try:
                tried = plain_first(store) if plain_batches else store
                yield TdengineHarness(tried, client, url, database, PRECISIONS[precision], precision == "ns")
            finally:
                await run(client, f"drop database if exists {database}")
                await store.aclose()

    return opened


def open_client(url: str) -> httpx.AsyncClient:
    parts = urlsplit(url)
    scheme = "https" if parts.scheme == "tdengines" else "http"
    auth = (unquote(parts.username or ""), unquote(parts.password or ""))
    return httpx.AsyncClient(
        base_url=f"{scheme}://{parts.hostname}:{parts.port or 6041}", auth=auth, trust_env=False, timeout=30
    )
