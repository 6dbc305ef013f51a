"""Checks whether TDengine is ready, and collects advice for its operator; it never changes a setting."""

from collections.abc import Mapping, Sequence
from time import perf_counter

from adapters.caching import StaleWhileRefreshingCache
from adapters.tdengine import statements
from adapters.tdengine.reads import Reads, ResultCutOff
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import DatabaseSettings
from adapters.tdengine.schema import read_columns, read_settings
from arcbeat.concurrency import deadline
from arcbeat.domain.errors import StoreError, StoreObjectMissing, StoreOverloaded, StoreProtocolError
from arcbeat.domain.health import Advice, DependencyHealth, overload_advice
from arcbeat.domain.schema.super_tables import HOW_TO_CREATE, SuperTable, describe_shortcomings

NAME = "telemetry"
LAST_ROW_CACHE_MODELS = ("last_row", "both")
CACHE_SIZE_MB_MIN = 16
"""With the tested version, a CACHESIZE from which the cache of last rows slows inserts down least."""
TESTED_VERSION = "3.3.0.1"
LISTED_DEVICES_MAX = 5
"""Devices with several subtables that the advice lists; further ones are counted."""

Clashes = Mapping[str, Sequence[str]]
"""The devices that have several subtables, with the names."""


async def read_health(
    rest: TdengineRest,
    reads: Reads,
    clashes: StaleWhileRefreshingCache[SuperTable, Mapping[str, list[str]]],
    tables: Sequence[SuperTable],
    total_seconds: float,
) -> DependencyHealth:
    """Return ready if the server responds in time. A missing table is only advice: the other tables can be served."""
    started_at = perf_counter()
    try:
        async with deadline(total_seconds):
            version = await read_version(rest)
            latency_ms = _milliseconds_since(started_at)
            advice = await _advise(rest, reads, clashes, tables)
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
    rest: TdengineRest,
    reads: Reads,
    clashes: StaleWhileRefreshingCache[SuperTable, Mapping[str, list[str]]],
    tables: Sequence[SuperTable],
) -> list[Advice]:
    advice: list[Advice] = []
    for database in dict.fromkeys(table.database for table in tables):
        advice += await _advise_database(rest, database)
    for table in dict.fromkeys(tables):
        advice += await _advise_table(reads, clashes, table)
    return advice


async def _advise_database(rest: TdengineRest, database: str) -> list[Advice]:
    try:
        settings = await read_settings(rest, database)
    except StoreObjectMissing as missing:
        return [Advice("database-missing", missing.detail)]
    return advise_cache(settings)


async def _advise_table(
    reads: Reads, clashes: StaleWhileRefreshingCache[SuperTable, Mapping[str, list[str]]], table: SuperTable
) -> list[Advice]:
    try:
        if shortcomings := describe_shortcomings(await read_columns(reads, table)):
            return [Advice("super-table-unsuitable", f"The super table {table} {shortcomings}.")]
        return advise_clashes(table, await clashes.get(table))
    except StoreObjectMissing:
        return [Advice("super-table-missing", f"TDengine has no super table {table}. {HOW_TO_CREATE}")]
    except ResultCutOff as error:
        return [Advice("row-limit", f"{table}: {error.detail}")]


def advise_cache(settings: DatabaseSettings) -> list[Advice]:
    """Advise on the cache of last rows, which slows inserts down and is not used by arcbeat."""
    if settings.cache_model is None or settings.cache_size_mb is None:
        detail = (
            f"The account of this service may not read CACHEMODEL, CACHESIZE and KEEP of database {settings.name} "
            "(SYSINFO 0). Everything works without; only advice on them is not possible."
        )
        return [Advice("settings-unknown", detail)]
    if settings.cache_model in LAST_ROW_CACHE_MODELS and settings.cache_size_mb < CACHE_SIZE_MB_MIN:
        detail = (
            f"Database {settings.name} caches last rows (CACHEMODEL '{settings.cache_model}') with a CACHESIZE of "
            f"{settings.cache_size_mb} MB per vnode. On TDengine {TESTED_VERSION} such a small cache makes inserts "
            "many times slower. arcbeat does not read it: set CACHEMODEL 'none', or, if other programs need it, "
            f"a CACHESIZE of at least {CACHE_SIZE_MB_MIN} MB."
        )
        return [Advice("cache-size-small", detail)]
    return []


def advise_clashes(table: SuperTable, clashes: Clashes) -> list[Advice]:
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
