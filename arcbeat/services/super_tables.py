"""The super table of a device type in the readings store: its columns, and whether it exists and is suitable."""

from collections.abc import Sequence

from arcbeat.concurrency import deadline
from arcbeat.domain.errors import OUTAGE_ERRORS, StoreObjectMissing, SuperTableMissing, SuperTableUnsuitable
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import HOW_TO_CREATE, SuperTable, describe_shortcomings

CHECK_SECONDS_MAX = 5.0
"""Time limit of the check for existence. A device type can be stored without it."""


async def describe_super_table(telemetry: TelemetryStore, table: SuperTable) -> Sequence[Column]:
    """Return the columns in their order, tags last.

    Raises:
        SuperTableMissing: The store does not have the table.
        SuperTableUnsuitable: The table lacks a column or tag that every super table of devices has.
        StoreError: The store failed in another way.
    """
    try:
        columns = await telemetry.describe(table)
    except StoreObjectMissing as missing:
        raise SuperTableMissing(f"The readings store has no super table {table}. {HOW_TO_CREATE}") from missing
    if shortcomings := describe_shortcomings(columns):
        raise SuperTableUnsuitable(
            f"The table {table} {shortcomings}, so it cannot be the super table of a device type."
        )
    return columns


async def check_super_table(telemetry: TelemetryStore, table: SuperTable) -> bool:
    """Return True if the store has the table, and False if the store is unavailable and the check is impossible.

    Raises:
        SuperTableMissing: The store does not have the table.
        SuperTableUnsuitable: The table lacks a column or tag that every super table of devices has.
        StoreError: The store rejects this service.
    """
    try:
        async with deadline(CHECK_SECONDS_MAX):
            await describe_super_table(telemetry, table)
    except OUTAGE_ERRORS:
        return False
    return True
