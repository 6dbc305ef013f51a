"""The one place that wires: settings in, an application out. Nothing else names concrete adapters."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from connexion import ConnexionMiddleware
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware
from starlette.types import ASGIApp

import handlers.auth
import handlers.device_types
import handlers.health
import handlers.readings
import handlers.realtime
from adapters import postgres_schema, tdengine_telemetry
from adapters.embedded_postgres import EmbeddedPostgres
from adapters.passwords import Argon2Passwords
from adapters.postgres import Database, Pool, open_pool
from adapters.postgres_catalogue import PostgresCatalogue
from adapters.postgres_devices import PostgresDevices
from adapters.postgres_telemetry import PostgresTelemetry
from adapters.postgres_users import PostgresUsers
from adapters.tokens import JwtTokens
from arcbeat.api.contract import Json, load_contract
from arcbeat.api.docs import docs
from arcbeat.api.operations import Handler, HandlersApp, PortsResolver, not_found
from arcbeat.api.problems import Problems
from arcbeat.api.requests import Requests
from arcbeat.api.security import token_security
from arcbeat.domain.columns import Column
from arcbeat.domain.device_types import DeviceType
from arcbeat.domain.errors import StoreError
from arcbeat.domain.health import DependencyHealth
from arcbeat.domain.identity import Role, User
from arcbeat.domain.ports import DeviceCatalogue, TelemetryStore
from arcbeat.domain.readings import SuperTable
from arcbeat.realtime.pages import MemorizedPages
from arcbeat.settings import Settings

HANDLERS: Sequence[ModuleType] = (
    handlers.auth,
    handlers.device_types,
    handlers.health,
    handlers.readings,
    handlers.realtime,
)


def utc_now() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


migrate = postgres_schema.migrate
embedded_postgres: Callable[[Path], EmbeddedPostgres] = EmbeddedPostgres


def build(settings: Settings) -> ASGIApp:
    """The whole application; stores are opened in its lifespan, and it starts without them."""
    stores = _Stores.of(settings)
    contract = load_contract()
    tokens = JwtTokens(settings.secret_key.get_secret_value(), utc_now)
    catalogue = PostgresCatalogue(stores.database)
    devices = PostgresDevices(stores.database)
    ports = {
        "catalogue": catalogue,
        "devices": devices,
        "telemetry": stores.telemetry,
        "pages": MemorizedPages(catalogue, devices, stores.telemetry, utc_now, max_age_seconds=settings.sample_seconds),
        "users": PostgresUsers(stores.database),
        "passwords": Argon2Passwords(),
        "tokens": tokens,
        "clock": utc_now,
        "readiness": _Readiness(stores.database, stores.telemetry, catalogue),
    }
    connexion = ConnexionMiddleware(
        HandlersApp(docs(contract, not_found)),
        import_name=__name__,
        lifespan=lambda _: stores.opened(),
        middlewares=[RoutingMiddleware, SecurityMiddleware, LifespanMiddleware],
        resolver=PortsResolver(_handlers(contract), ports),
        security_map={"oauth2": token_security(tokens)},
    )
    connexion.add_api(contract)
    return Requests(Problems(connexion))


def _handlers(contract: Json) -> dict[str, Handler]:
    modules = {module.__name__: module for module in HANDLERS}
    return {
        f"{operation['x-openapi-router-controller']}.{operation['operationId']}": getattr(
            modules[operation["x-openapi-router-controller"]], operation["operationId"]
        )
        for item in contract["paths"].values()
        for operation in item.values()
    }


@dataclass(frozen=True, slots=True)
class _Stores:
    """What is open while the application runs."""

    pools: tuple[Pool, ...]
    database: Database
    telemetry: TelemetryStore
    closing: Callable[[], Any] | None

    @classmethod
    def of(cls, settings: Settings) -> "_Stores":
        pool = open_pool(settings.database_url.get_secret_value())
        url = settings.telemetry_url.get_secret_value() if settings.telemetry_url else None
        if url is None:
            return cls((pool,), Database(pool), PostgresTelemetry(Database(pool)), None)
        if url.startswith("postgres"):
            own = open_pool(url)
            return cls((pool, own), Database(pool), PostgresTelemetry(Database(own)), None)
        proxy = settings.telemetry_proxy.get_secret_value() if settings.telemetry_proxy else None
        tdengine = tdengine_telemetry.connect(url, proxy=proxy)
        return cls((pool,), Database(pool), tdengine, tdengine.aclose)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for pool in self.pools:
                await pool.open(wait=False)
                stack.push_async_callback(pool.close)
            if self.closing is not None:
                stack.push_async_callback(self.closing)
            yield


@dataclass(frozen=True, slots=True)
class _Readiness:
    """The ReadinessProbe over the database and the readings."""

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


@dataclass(frozen=True, slots=True)
class Administration:
    """What the commands do besides serving."""

    catalogue: PostgresCatalogue
    devices: PostgresDevices
    users: PostgresUsers
    passwords: Argon2Passwords
    telemetry: PostgresTelemetry

    async def create_super_table(self, table: SuperTable, columns: Sequence[Column]) -> None:
        """In the embedded store; one that is there stays as it is."""
        await self.telemetry.create_super_table(table, columns)

    async def put_device_type(self, device_type: DeviceType, position: int) -> None:
        """One that is there stays as it is."""
        await self.catalogue.put_type(device_type, position)

    async def put_devices(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Those that are there stay as they are."""
        await self.devices.put([dict(row) for row in rows])

    async def put_user(self, username: str, role: Role, password: str) -> None:
        """Add a user, or give one that is there another role and password."""
        await self.users.put(User(username, role, self.passwords.hash(password)))

    async def prune(self, table: SuperTable, older_than: datetime) -> int:
        """Delete old readings of the embedded store, but never a device's newest."""
        return await self.telemetry.prune(table, older_than=older_than)


@asynccontextmanager
async def _administration(database_url: str) -> AsyncIterator[Administration]:
    async with open_pool(database_url, max_size=2) as pool:
        database = Database(pool)
        yield Administration(
            PostgresCatalogue(database),
            PostgresDevices(database),
            PostgresUsers(database),
            Argon2Passwords(),
            PostgresTelemetry(database),
        )


def open_administration(database_url: str) -> AbstractAsyncContextManager[Administration]:
    """What the commands need, on one database."""
    return _administration(database_url)


open_demo_stores = open_administration
