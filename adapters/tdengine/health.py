"""Whether a TDengine is ready, and what its operator should know; nothing is ever changed here."""

from collections.abc import Mapping, Sequence
from time import perf_counter

from adapters.refreshing import Refreshing
from adapters.tdengine import statements
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import DatabaseSettings
from adapters.tdengine.schema import read_settings
from adapters.tdengine.subtables import SubtableMap
from arcbeat.concurrency import deadline
from arcbeat.domain.errors import StoreError, StoreObjectMissing, StoreProtocolError
from arcbeat.domain.health import Advice, DependencyHealth
from arcbeat.domain.readings.appending import DEVICE_CODE
from arcbeat.domain.readings.readings import SuperTable

NAME = "telemetry"
CACHING_LAST_ROWS = ("last_row", "both")
DEFAULT_CACHE_SIZE_MB = 1
NAMED_MAX = 5
"""So many clashing devices are named; the others are counted."""


async def read_health(
    rest: TdengineRest,
    maps: Refreshing[SuperTable, SubtableMap],
    tables: Sequence[SuperTable],
    total_seconds: float,
) -> DependencyHealth:
    """Ready, if the server answers in time; what is wrong with single tables is advice, for others can be served."""
    began = perf_counter()
    try:
        async with deadline(total_seconds):
            version = await read_version(rest)
            latency_ms = _since(began)
            advice = await _advise(rest, maps, tables)
    except StoreError as error:
        return DependencyHealth(name=NAME, latency_ms=_since(began), error=error.detail)
    return DependencyHealth(name=NAME, latency_ms=latency_ms, version=version, advice=tuple(advice))


def _since(began: float) -> float:
    return (perf_counter() - began) * 1000


async def read_version(rest: TdengineRest) -> str:
    rows = (await rest.execute(statements.SERVER_VERSION)).rows
    if not rows:
        raise StoreProtocolError("The server does not tell its version.")
    return str(rows[0][0])


async def _advise(
    rest: TdengineRest, maps: Refreshing[SuperTable, SubtableMap], tables: Sequence[SuperTable]
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
    rest: TdengineRest, maps: Refreshing[SuperTable, SubtableMap], table: SuperTable
) -> list[Advice]:
    try:
        columns = await rest.execute(statements.describe(table))
    except StoreObjectMissing:
        return [Advice("super-table-missing", f"There is no super table {table}.")]
    # A super table of the board has no devices to clash.
    has_devices = any(row[0] == DEVICE_CODE for row in columns.rows)
    return advise_clashes(table, (await maps.get(table)).clashes()) if has_devices else []


def advise_cache(settings: DatabaseSettings) -> list[Advice]:
    """On the memory of newest rows."""
    if settings.cache_model not in CACHING_LAST_ROWS:
        detail = (
            f"Database {settings.name} does not keep newest rows in memory (CACHEMODEL '{settings.cache_model}'); "
            "CACHEMODEL 'last_row' with a CACHESIZE well above 1 MB halves the time of a page."
        )
        return [Advice("cache-model-off", detail)]
    if settings.cache_size_mb <= DEFAULT_CACHE_SIZE_MB:
        detail = (
            f"Database {settings.name} keeps newest rows in memory with a CACHESIZE of {settings.cache_size_mb} MB a "
            "vnode; so little makes inserts several times slower. Raise CACHESIZE or turn CACHEMODEL off."
        )
        return [Advice("cache-size-small", detail)]
    return []


def advise_clashes(table: SuperTable, clashes: Mapping[str, Sequence[str]]) -> list[Advice]:
    """On devices with several subtables."""
    if not clashes:
        return []
    named = "; ".join(f"{code}: {', '.join(names)}" for code, names in list(clashes.items())[:NAMED_MAX])
    more = f"; and {len(clashes) - NAMED_MAX} more" if len(clashes) > NAMED_MAX else ""
    detail = (
        f"Devices of {table} have several subtables, of which the newest row counts and the first is written: "
        f"{named}{more}."
    )
    return [Advice("subtable-clash", detail)]
