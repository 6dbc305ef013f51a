"""Port of the tables of statistics."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable


class StatisticsStore(Protocol):
    """Tables of statistics in the store of the readings. Every operation may raise any StoreError."""

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns in order, tags last.

        Raises:
            StoreObjectMissing: the table does not exist.
        """
        ...

    async def create(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Create a table with these columns, tags last. Call it only for a table that does not exist."""
        ...

    async def add_columns(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Add columns that the table does not have; their values are null in the rows that are stored."""
        ...

    async def write(self, table: SuperTable, rows: Sequence[Reading]) -> AppendResult:
        """Store rows; a row with the device and ts of a stored one replaces the values that it names.

        A row that cannot be stored is listed in the result; the other rows are stored. Writing all of them again is
        safe.
        """
        ...

    async def write_foreign(self, table: SuperTable, series: str, ts: datetime, values: Mapping[str, Value]) -> None:
        """Store a row in a table that another program owns, whatever its tags are; repeating it is safe.

        Args:
            series: The name of the subtable in TDengine, and the device code in PostgreSQL. It is one of arcbeat's own,
                so that no row of the other program is touched.

        Raises:
            StoreBadValue: the table cannot hold the row.
        """
        ...
