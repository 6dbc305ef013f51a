"""Tables of statistics in PostgreSQL, beside the readings."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.domain.errors import StoreBadValue
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable


class PostgresStatistics:
    """Implements StatisticsStore: a table of statistics is a super table, and its rows are written like readings."""

    def __init__(self, telemetry: PostgresTelemetry) -> None:
        self._telemetry = telemetry

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns in order, tags last."""
        return await self._telemetry.describe(table)

    async def create(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Create a table with these columns."""
        await self._telemetry.create_super_table(table, columns)

    async def add_columns(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """Add columns that the table does not have."""
        await self._telemetry.create_super_table(table, columns)

    async def write(self, table: SuperTable, rows: Sequence[Reading]) -> AppendResult:
        """Store rows in one transaction; the result lists those that cannot be stored."""
        return await self._telemetry.append(table, rows)

    async def write_foreign(self, table: SuperTable, series: str, ts: datetime, values: Mapping[str, Value]) -> None:
        """Store a row with the device code ``series``."""
        try:
            result = await self._telemetry.append(table, [Reading(series, ts, values)])
        except StoreBadValue as error:
            raise StoreBadValue(
                f"The table {table} cannot hold the row. It must be unique in device_code and ts. {error.detail}"
            ) from error
        if result.rejections:
            raise StoreBadValue(f"The table {table} cannot hold the row: {result.rejections[0].detail}.")
