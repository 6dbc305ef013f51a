"""The stores of one application: connection pools, metrics about them, and the readiness probe."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from adapters.breaker import BreakerState
from adapters.postgres.pool import Database, Pool, open_pool
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat.concurrency import SingleFlight
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.errors import StoreError, StoreOverloaded
from arcbeat.domain.health import Advice, DependencyHealth, ReadinessProbe, overload_advice
from arcbeat.domain.readings.ports import PrunableStore, TelemetryStore
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.observability.metrics import Metrics
from arcbeat.settings import Settings

BREAKER_GAUGES = {BreakerState.CLOSED: 0.0, BreakerState.HALF_OPEN: 0.5, BreakerState.OPEN: 1.0}

IDENTITY_CONNECTIONS_MAX = 3
"""Connections for logins and checks of credentials, besides the ten of the other statements."""
READINESS_SECONDS = 1.0
"""The result of a readiness check is returned for this time; clients meanwhile share the check in flight."""

ReadBreakerState = Callable[[], BreakerState]


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of the master data and of the readings.

    Attributes:
        pools: the PostgreSQL pools by name: database, identity, and telemetry if the readings are in another database.
        identity: the database of the master data through a pool and a breaker of their own, so that logins and the
            checks of credentials go on while readings and devices use up the other pool.
        breakers: the state of the circuit breaker per store.
        prunable: the readings store, unless it deletes old readings by itself.
        closing: functions to await when the application ends.
    """

    pools: dict[str, Pool]
    database: Database
    identity: Database
    telemetry: TelemetryStore
    breakers: dict[str, ReadBreakerState]
    prunable: PrunableStore | None = None
    closing: Sequence[Callable[[], Awaitable[None]]] = ()

    @classmethod
    def of(cls, settings: Settings, metrics: Metrics) -> "Stores":
        """Make the stores from the settings; nothing is opened yet."""
        database_url = settings.database_url.get_secret_value()
        pools = {
            "database": open_pool(database_url),
            "identity": open_pool(database_url, max_size=IDENTITY_CONNECTIONS_MAX),
        }
        database, identity = (Database(pool, observer=metrics) for pool in pools.values())
        breakers: dict[str, ReadBreakerState] = {
            "database": lambda: database.breaker_state,
            "identity": lambda: identity.breaker_state,
        }
        url = settings.telemetry_url.get_secret_value() if settings.telemetry_url else None
        if url is None:
            telemetry = PostgresTelemetry(database)
            return cls(pools, database, identity, telemetry, breakers, telemetry)
        if url.startswith("postgres"):
            pools["telemetry"] = open_pool(url)
            readings = Database(pools["telemetry"], observer=metrics)
            breakers["telemetry"] = lambda: readings.breaker_state
            telemetry = PostgresTelemetry(readings)
            return cls(pools, database, identity, telemetry, breakers, telemetry)
        # Here, because a process that reads PostgreSQL starts faster without the other adapter.
        from adapters.tdengine.telemetry import TdengineTelemetry

        proxy = settings.telemetry_proxy.get_secret_value() if settings.telemetry_proxy else None
        tdengine = TdengineTelemetry.from_url(url, proxy=proxy, observer=metrics)
        breakers["telemetry"] = lambda: tdengine.breaker_state
        return cls(pools, database, identity, tdengine, breakers, closing=(tdengine.aclose,))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open the stores, and close them at the end; an unreachable store does not prevent the start."""
        async with AsyncExitStack() as stack:
            for pool in self.pools.values():
                await pool.open(wait=False)
                stack.push_async_callback(pool.close)
            for close in self.closing:
                stack.push_async_callback(close)
            yield

    def register_gauges(self, metrics: Metrics) -> None:
        """Register gauges about the pools and circuit breakers."""
        for name, pool in self.pools.items():
            metrics.register_gauges(
                f"arcbeat_pool_{name}",
                f"Statistics of the connection pool {name}, by the names of psycopg_pool",
                _stats(pool),
            )
        metrics.register_gauges(
            "arcbeat_breaker_open",
            "State of the circuit breaker by store: 0 closed, 0.5 half open, 1 open",
            lambda: {name: BREAKER_GAUGES[state()] for name, state in self.breakers.items()},
        )


def _stats(pool: Pool) -> Callable[[], dict[str, float]]:
    return lambda: {name: float(value) for name, value in pool.get_stats().items()}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Checks the database and the readings store; implements the port ReadinessProbe.

    A store that is only overloaded by this process is ready: another process would not serve the requests sooner.

    Attributes:
        database: checked through the pool of identities, which no burst of other requests uses up.
    """

    database: Database
    telemetry: TelemetryStore
    catalogue: DeviceCatalogue

    async def __call__(self) -> Sequence[DependencyHealth]:
        tables: list[SuperTable] = []
        started = time.perf_counter()
        error = version = None
        advice: tuple[Advice, ...] = ()
        try:
            row = await self.database.fetch_one("select current_setting('server_version') as version")
            version = str(row["version"]) if row else None
            tables = [each.super_table for each in await self.catalogue.list_types()]
        except StoreOverloaded as overload:
            advice = (overload_advice(overload),)
        except StoreError as failure:
            error = failure.detail
        latency_ms = round((time.perf_counter() - started) * 1000, 3)
        database = DependencyHealth(name="database", latency_ms=latency_ms, version=version, error=error, advice=advice)
        return [database, await self.telemetry.check(tables)]


class SharedReadiness:
    """Runs one check at a time and returns its result for a second, because clients need no credentials for it."""

    def __init__(self, probe: ReadinessProbe, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._probe = probe
        self._monotonic = monotonic
        self._result: Sequence[DependencyHealth] = ()
        self._fresh_until = float("-inf")
        self._flight: SingleFlight[None, Sequence[DependencyHealth]] = SingleFlight(self._store)

    async def __call__(self) -> Sequence[DependencyHealth]:
        if self._monotonic() < self._fresh_until:
            return self._result
        return await self._flight.run(None, self._probe)

    async def aclose(self) -> None:
        """Cancel the check in flight."""
        await self._flight.aclose()

    def _store(self, results: Mapping[None, Sequence[DependencyHealth]]) -> None:
        [self._result] = results.values()
        self._fresh_until = self._monotonic() + READINESS_SECONDS
