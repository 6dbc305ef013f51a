"""The columns of a super table and the settings of its database, as reading and writing need them."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.tdengine import statements
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import DatabaseSettings, to_columns, to_settings
from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a super table, tags last, and the settings of its database."""

    columns: Sequence[Column]
    settings: DatabaseSettings

    @property
    def tag_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_tag)


async def read_schema(rest: TdengineRest, table: SuperTable) -> Schema:
    """Read the schema of a super table.

    Raises:
        StoreObjectMissing: the super table does not exist.
    """
    columns = to_columns(await rest.execute(statements.describe(table)))
    return Schema(columns, await read_settings(rest, table.database))


async def read_settings(rest: TdengineRest, database: str) -> DatabaseSettings:
    """Read the settings of a database.

    Raises:
        StoreObjectMissing: the database does not exist.
    """
    rows = (await rest.execute(statements.database_settings(database))).rows
    if not rows:
        raise StoreObjectMissing(f"TDengine has no database {database}.")
    return to_settings(rows[0])
