"""Checks whether TDengine is ready, and collects advice for its operator; it never changes a setting."""

from collections.abc import Mapping, Sequence
from time import perf_counter

from adapters.caching import StaleWhileRefreshingCache
from adapters.tdengine import statements
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import DatabaseSettings
from adapters.tdengine.schema import read_settings
from adapters.tdengine.subtables import SubtableMap
from arcbeat.concurrency import deadline
from arcbeat.domain.errors import StoreError, StoreObjectMissing, StoreOverloaded, StoreProtocolError
from arcbeat.domain.health import Advice, DependencyHealth, overload_advice
from arcbeat.domain.schema.columns import DEVICE_CODE
from arcbeat.domain.schema.super_tables import HOW_TO_CREATE, SuperTable

NAME = "telemetry"
LAST_ROW_CACHE_MODELS = ("last_row", "both")
DEFAULT_CACHE_SIZE_MB = 1
LISTED_DEVICES_MAX = 5
"""Devices with several subtables that the advice lists; further ones are counted."""


async def read_health(
    rest: TdengineRest,
    maps: StaleWhileRefreshingCache[SuperTable, SubtableMap],
    tables: Sequence[SuperTable],
    total_seconds: float,
) -> DependencyHealth:
    """Return ready if the server responds in time. A missing table is only advice: the other tables can be served."""
    started_at = perf_counter()
    try:
        async with deadline(total_seconds):
            version = await read_version(rest)
            latency_ms = _milliseconds_since(started_at)
            advice = await _advise(rest, maps, tables)
    except StoreOverloaded as overload:
        latency_ms = _milliseconds_since(started_at)
        return DependencyHealth(name=NAME, latency_ms=latency_ms, advice=(overload_advice(overload),))
    except StoreError as error:
        return DependencyHealth(name=NAME, latency_ms=_milliseconds_since(started_at), error=error.detail)
    return DependencyHealth(name=NAME, latency_ms=latency_ms, version=version, advice=tuple(advice))


def _milliseconds_since(started_at: float) -> float:
    return (perf_counter() - started_at) * 1000


async def read_version(rest: TdengineRest) -> str:
    """Return the version of the server."""
    rows = (await rest.execute(statements.SERVER_VERSION)).rows
    if not rows:
        raise StoreProtocolError("The response of TDengine does not contain the version of the server.")
    return str(rows[0][0])


async def _advise(
    rest: TdengineRest, maps: StaleWhileRefreshingCache[SuperTable, SubtableMap], tables: Sequence[SuperTable]
) -> list[Advice]:
    advice: list[Advice] = []
    for database in dict.fromkeys(table.database for table in tables):
        advice += await _advise_database(rest, database)
    for table in tables:
        advice += await _advise_table(rest, maps, table)
    return advice


async def _advise_database(rest: TdengineRest, database: str) -> list[Advice]:
    try:
        settings = await read_settings(rest, database)
    except StoreObjectMissing as missing:
        return [Advice("database-missing", missing.detail)]
    return advise_cache(settings)


async def _advise_table(
    rest: TdengineRest, maps: StaleWhileRefreshingCache[SuperTable, SubtableMap], table: SuperTable
) -> list[Advice]:
    try:
        columns = await rest.execute(statements.describe(table))
    except StoreObjectMissing:
        return [
            Advice(
                "super-table-missing",
                f"TDengine has no super table {table}. {HOW_TO_CREATE}",
            )
        ]
    # The super table of a statistic on the board has no device_code, so it has no devices with several subtables.
    has_devices = any(row[0] == DEVICE_CODE for row in columns.rows)
    return advise_clashes(table, (await maps.get(table)).clashes()) if has_devices else []


def advise_cache(settings: DatabaseSettings) -> list[Advice]:
    """Advise on the last-row cache of the database."""
    if settings.cache_model not in LAST_ROW_CACHE_MODELS:
        detail = (
            f"Database {settings.name} does not cache newest rows (CACHEMODEL '{settings.cache_model}'). "
            "CACHEMODEL 'last_row' with a CACHESIZE well above 1 MB makes page queries twice as fast."
        )
        return [Advice("cache-model-off", detail)]
    if settings.cache_size_mb <= DEFAULT_CACHE_SIZE_MB:
        detail = (
            f"Database {settings.name} caches newest rows with a CACHESIZE of {settings.cache_size_mb} MB per vnode. "
            "Such a small cache makes inserts several times slower. Raise CACHESIZE, or set CACHEMODEL 'none'."
        )
        return [Advice("cache-size-small", detail)]
    return []


def advise_clashes(table: SuperTable, clashes: Mapping[str, Sequence[str]]) -> list[Advice]:
    """Advise on devices that have several subtables."""
    if not clashes:
        return []
    listed = "; ".join(f"{code}: {', '.join(names)}" for code, names in list(clashes.items())[:LISTED_DEVICES_MAX])
    more = f"; and {len(clashes) - LISTED_DEVICES_MAX} more" if len(clashes) > LISTED_DEVICES_MAX else ""
    detail = (
        f"Devices of {table} have several subtables; the newest row of all is shown, and readings are written to the "
        f"first by name: {listed}{more}."
    )
    return [Advice("subtable-clash", detail)]
