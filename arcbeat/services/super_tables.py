"""The super table of a device type, as the store of the readings has it."""

from collections.abc import Sequence

from arcbeat.concurrency import deadline
from arcbeat.domain.errors import AWAY_ERRORS, StoreObjectMissing, SuperTableMissing
from arcbeat.domain.readings.columns import Column
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import SuperTable

CHECK_SECONDS = 5.0
"""So long a store may take to say that it has a table; who registers a type can do without."""


async def describe_super_table(telemetry: TelemetryStore, table: SuperTable) -> Sequence[Column]:
    """The columns in order, tags last.

    Raises:
        SuperTableMissing: the store does not have it.
        StoreError: the store failed otherwise.
    """
    try:
        return await telemetry.describe(table)
    except StoreObjectMissing as missing:
        raise SuperTableMissing(f"The store of the readings has no super table {table}.") from missing


async def super_table_exists(telemetry: TelemetryStore, table: SuperTable) -> bool:
    """Whether the store has just shown it; False when the store is away, so that nobody can say.

    Raises:
        SuperTableMissing: the store does not have it.
        StoreError: the store refuses us.
    """
    try:
        async with deadline(CHECK_SECONDS):
            await describe_super_table(telemetry, table)
    except AWAY_ERRORS:
        return False
    return True
