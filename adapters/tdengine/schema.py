"""What a super table and its database look like, as far as reading and writing need to know."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.tdengine import statements
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import DatabaseSettings, to_columns, to_settings
from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.readings.columns import Column
from arcbeat.domain.readings.readings import SuperTable


@dataclass(frozen=True, slots=True)
class Schema:
    """A super table's columns, tags last, and its database's settings."""

    columns: Sequence[Column]
    settings: DatabaseSettings

    @property
    def tag_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_tag)


async def read_schema(rest: TdengineRest, table: SuperTable) -> Schema:
    """Raises StoreObjectMissing if there is no such super table."""
    columns = to_columns(await rest.execute(statements.describe(table)))
    return Schema(columns, await read_settings(rest, table.database))


async def read_settings(rest: TdengineRest, database: str) -> DatabaseSettings:
    """Raises StoreObjectMissing if there is no such database."""
    rows = (await rest.execute(statements.database_settings(database))).rows
    if not rows:
        raise StoreObjectMissing(f"There is no database {database}.")
    return to_settings(rows[0])
