"""The command migrate: the schema, the jobs, and the super tables of the seeded types if PostgreSQL has readings."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.jobs.catalogue import PostgresJobCatalogue
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.schema import migration
from adapters.postgres.schema.job_log_form import LogOptions
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.domain.catalogue.welding import WELDING
from arcbeat.domain.errors import ArcbeatError, UnknownDeviceType
from arcbeat.domain.time.clock import utc_now
from arcbeat.services.super_table_creation import create_super_table
from jobs.context import RegisteredJob
from jobs.registry import REGISTRY

SEEDED_TYPES = (WELDING,)
"""The device types that the migrations create."""


def migrate(
    database_url: str,
    telemetry_url: str | None = None,
    *,
    time_zone: str | None = None,
    log_start_column: str | None = None,
    registry: Mapping[str, RegisteredJob] = REGISTRY,
) -> list[str]:
    """Upgrade the database, register the jobs, and create the missing super tables if the readings are in PostgreSQL.

    Jobs that are stored already keep what an operator changed. TDengine is left alone: its tables belong to other
    programs. A super table that exists is never changed.

    Args:
        telemetry_url: the setting TELEMETRY_URL; None if the readings are in the database at ``database_url``.
        time_zone: the zone in which an existing sync_job_log has timestamps without a time zone.
        log_start_column: its column with the start of a run, if it has none of the known names.
        registry: the jobs of this installation.

    Returns:
        A report in lines for people: what was created or adopted, and what needs attention.

    Raises:
        SchemaError: the server is too old, or an existing table cannot be adopted.
        StoreUnavailable: the server cannot be reached.
    """
    report = migration.migrate(database_url, LogOptions(time_zone, log_start_column))
    # In a thread of its own, because the caller may have a running event loop.
    with ThreadPoolExecutor(1) as executor:
        report += executor.submit(asyncio.run, _register_jobs(database_url, registry)).result()
        if telemetry_url is None or telemetry_url.startswith("postgres"):
            creation = _create_super_tables(database_url, telemetry_url or database_url)
            report += executor.submit(asyncio.run, creation).result()
    return report


def undo_jobs(database_url: str) -> None:
    """Undo the migration of jobs: sync_job_log becomes a table without partitions, with all rows.

    Raises:
        SchemaError: runs are queued or running, or something that depends on the table cannot be recreated.
        StoreUnavailable: the server cannot be reached.
    """
    migration.undo_jobs(database_url)


async def _register_jobs(database_url: str, registry: Mapping[str, RegisteredJob]) -> Sequence[str]:
    async with open_pool(database_url, max_size=1) as pool:
        jobs = PostgresJobCatalogue(Database(pool), utc_now)
        known = {each.name for each in await jobs.list_jobs()}
        await jobs.register([each.definition for each in registry.values()])
    return [f"job {name} was registered" for name in sorted(registry) if name not in known]


async def _create_super_tables(database_url: str, telemetry_url: str) -> Sequence[str]:
    async with open_pool(database_url, max_size=1) as pool, open_pool(telemetry_url, max_size=1) as readings:
        catalogue = PostgresCatalogue(Database(pool))
        telemetry = PostgresTelemetry(Database(readings))
        lines = [await _create_super_table(catalogue, telemetry, code) for code in SEEDED_TYPES]
    return [line for line in lines if line]


async def _create_super_table(catalogue: PostgresCatalogue, telemetry: PostgresTelemetry, type_code: str) -> str | None:
    """Return a line about a created table, or about the reason why it could not be created."""
    try:
        device_type = await catalogue.get_type(type_code)
    except UnknownDeviceType:  # it was retired
        return None
    try:
        is_new = await create_super_table(telemetry, device_type)
    except ArcbeatError as error:
        return f"super table {device_type.super_table} is missing and was not created: {error.detail}"
    return f"super table {device_type.super_table} was created for the readings of {type_code}" if is_new else None
