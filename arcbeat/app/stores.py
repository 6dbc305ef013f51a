"""The stores of one application: connection pools, metrics about them, and the readiness probe."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from adapters.breaker import BreakerState
from adapters.postgres.pool import Database, Pool, open_pool
from adapters.postgres.telemetry.store import PostgresTelemetry
from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.errors import StoreError
from arcbeat.domain.health import DependencyHealth
from arcbeat.domain.readings.ports import PrunableStore, TelemetryStore
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.observability.metrics import Metrics
from arcbeat.settings import Settings

BREAKER_FIGURES = {BreakerState.CLOSED: 0.0, BreakerState.HALF_OPEN: 0.5, BreakerState.OPEN: 1.0}

StateOfBreaker = Callable[[], BreakerState]


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of the master data and of the readings.

    Attributes:
        pools: the PostgreSQL pools by name: database, and telemetry if the readings are in another database.
        breakers: the state of the circuit breaker per store.
        prunable: the store of the readings, unless it deletes old readings by itself.
        closing: functions to await when the application ends.
    """

    pools: dict[str, Pool]
    database: Database
    telemetry: TelemetryStore
    breakers: dict[str, StateOfBreaker]
    prunable: PrunableStore | None = None
    closing: Sequence[Callable[[], Awaitable[None]]] = ()

    @classmethod
    def of(cls, settings: Settings, metrics: Metrics) -> "Stores":
        """Make the stores from the settings; nothing is opened yet."""
        pool = open_pool(settings.database_url.get_secret_value())
        database = Database(pool, observer=metrics)
        breakers: dict[str, StateOfBreaker] = {"database": lambda: database.breaker_state}
        url = settings.telemetry_url.get_secret_value() if settings.telemetry_url else None
        if url is None:
            telemetry = PostgresTelemetry(database)
            return cls({"database": pool}, database, telemetry, breakers, telemetry)
        if url.startswith("postgres"):
            own = open_pool(url)
            readings = Database(own, observer=metrics)
            breakers["telemetry"] = lambda: readings.breaker_state
            telemetry = PostgresTelemetry(readings)
            return cls({"database": pool, "telemetry": own}, database, telemetry, breakers, telemetry)
        proxy = settings.telemetry_proxy.get_secret_value() if settings.telemetry_proxy else None
        tdengine = TdengineTelemetry.from_url(url, proxy=proxy, observer=metrics)
        breakers["telemetry"] = lambda: tdengine.breaker_state
        return cls({"database": pool}, database, tdengine, breakers, closing=(tdengine.aclose,))

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

    def show(self, metrics: Metrics) -> None:
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
            lambda: {name: BREAKER_FIGURES[state()] for name, state in self.breakers.items()},
        )


def _stats(pool: Pool) -> Callable[[], dict[str, float]]:
    return lambda: {name: float(value) for name, value in pool.get_stats().items()}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Checks the database and the store of the readings; implements the port ReadinessProbe."""

    database: Database
    telemetry: TelemetryStore
    catalogue: DeviceCatalogue

    async def __call__(self) -> Sequence[DependencyHealth]:
        tables: list[SuperTable] = []
        started = time.perf_counter()
        error = version = None
        try:
            row = await self.database.fetch_one("select current_setting('server_version') as version")
            version = str(row["version"]) if row else None
            tables = [each.super_table for each in await self.catalogue.list_types()]
        except StoreError as failure:
            error = failure.detail
        latency_ms = round((time.perf_counter() - started) * 1000, 3)
        database = DependencyHealth(name="database", latency_ms=latency_ms, version=version, error=error)
        return [database, await self.telemetry.check(tables)]
