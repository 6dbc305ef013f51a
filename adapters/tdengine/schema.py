"""The columns of a super table and the settings of its database, as reading and writing need them."""

import asyncio
from dataclasses import dataclass

from adapters.tdengine import statements
from adapters.tdengine.reads import Reads
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import DatabaseSettings, to_columns, to_settings
from arcbeat.concurrency import run_both
from arcbeat.domain.errors import StoreObjectMissing, StoreUnauthorised
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable

SYSTEM_DATABASES = frozenset({"information_schema", "performance_schema"})


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a super table, tags last, and the settings of its database."""

    columns: tuple[Column, ...]
    settings: DatabaseSettings

    @property
    def tag_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_tag)

    @property
    def key(self) -> str | None:
        """The column beside ts in a composite primary key; None if ts alone is the key."""
        return next((column.name for column in self.columns if column.is_key), None)


class Schemas:
    """Reads schemas. Nothing is cached, because other programs may change a table at any moment.

    Callers that arrive while a schema is being read share the next read, so that each gets a schema that was read after
    its call, and at most one read per super table is in flight.
    """

    def __init__(self, rest: TdengineRest, reads: Reads) -> None:
        self._rest = rest
        self._reads = reads
        self._in_flight: dict[SuperTable, asyncio.Task[Schema]] = {}
        self._next: dict[SuperTable, asyncio.Task[Schema]] = {}

    async def read(self, table: SuperTable) -> Schema:
        """Return the schema of a super table.

        Raises:
            StoreObjectMissing: the super table does not exist.
            StoreError: TDengine did not respond, or responded with another error.
        """
        task = self._next.get(table)
        if task is None:
            task = asyncio.create_task(self._read_after(self._in_flight.get(table), table))
            # exception() marks an error as retrieved even if every caller was cancelled.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._next[table] = task
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Cancel the reads in flight; callers that wait for one get CancelledError."""
        tasks = {*self._in_flight.values(), *self._next.values()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_after(self, previous: asyncio.Task[Schema] | None, table: SuperTable) -> Schema:
        if previous is not None:
            await asyncio.wait({previous})
        # From here on, callers must wait for another read.
        self._in_flight[table] = self._next.pop(table)
        try:
            columns, settings = await run_both(
                read_columns(self._reads, table), read_settings(self._rest, table.database)
            )
            return Schema(columns, settings)
        finally:
            del self._in_flight[table]


async def read_columns(reads: Reads, table: SuperTable) -> tuple[Column, ...]:
    """Return the columns of a super table in order, tags last.

    Raises:
        StoreObjectMissing: the super table does not exist, or is a table of the system.
    """
    _check_database(table.database)
    return to_columns(await reads.read(table, statements.describe(table)))


async def read_settings(rest: TdengineRest, database: str) -> DatabaseSettings:
    """Return the settings of a database; those that the account may not read are None.

    Raises:
        StoreObjectMissing: the database does not exist, or is one of the system.
    """
    _check_database(database)
    try:
        rows = (await rest.execute(statements.database_settings(database))).rows
    except (StoreObjectMissing, StoreUnauthorised):
        # An account with SYSINFO 0 does not have all columns of this table. It has the precision, which reading needs.
        rows = (await rest.execute(statements.database_precision(database))).rows
    if not rows:
        raise StoreObjectMissing(f"TDengine has no database {database}.")
    return to_settings(rows[0])


def _check_database(database: str) -> None:
    if database.lower() in SYSTEM_DATABASES:
        raise StoreObjectMissing(f"{database} is a database of TDengine itself and has no super tables.")
