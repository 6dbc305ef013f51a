"""The columns of a super table and the settings of its database, as reading and writing need them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from adapters.tdengine import statements
from adapters.tdengine.reads import Reads
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import DatabaseSettings, to_columns, to_settings
from adapters.tdengine.shared_reads import SharedReads
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
        return key_of(self.columns)


class Schemas:
    """Reads schemas. Nothing is cached, because other programs may change a table at any moment."""

    def __init__(self, rest: TdengineRest, reads: Reads) -> None:
        self._rest = rest
        self._reads = reads
        self._schemas = SharedReads(self._read_schema)
        self._columns = SharedReads(partial(read_columns, reads))

    async def read(self, table: SuperTable) -> Schema:
        """Return the schema of a super table.

        Raises:
            StoreObjectMissing: the super table does not exist.
            StoreError: TDengine did not respond, or responded with another error.
        """
        return await self._schemas.read(table)

    async def columns(self, table: SuperTable) -> tuple[Column, ...]:
        """Return the columns of a super table alone, in order, tags last.

        Raises:
            StoreObjectMissing: the super table does not exist.
            StoreError: TDengine did not respond, or responded with another error.
        """
        return await self._columns.read(table)

    async def aclose(self) -> None:
        """Cancel the reads in flight; callers that wait for one get CancelledError."""
        await self._schemas.aclose()
        await self._columns.aclose()

    async def _read_schema(self, table: SuperTable) -> Schema:
        columns, settings = await run_both(read_columns(self._reads, table), read_settings(self._rest, table.database))
        return Schema(columns, settings)


def key_of(columns: Iterable[Column]) -> str | None:
    """Return the column beside ts in a composite primary key; None if ts alone is the key."""
    return next((column.name for column in columns if column.is_key), None)


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
