"""The one place that wires: settings in, an application out. Nothing else names concrete adapters and handlers."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import ModuleType

from connexion import ConnexionMiddleware
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.security import SecurityMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

import handlers.board
import handlers.catalogue.device_fields
import handlers.catalogue.device_types
import handlers.catalogue.drift
import handlers.devices.device_files
import handlers.devices.devices
import handlers.dictionary.dict_data
import handlers.dictionary.dict_types
import handlers.health
import handlers.identity.api_keys
import handlers.identity.auth
import handlers.identity.users
import handlers.readings.history
import handlers.readings.readings
import handlers.readings.realtime
import handlers.readings.snapshot
import handlers.readings.states
import handlers.readings.windows
from adapters.embedded_postgres.server import EmbeddedPostgres
from adapters.files.tables import TableFiles
from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.catalogue_editor import PostgresCatalogueEditor
from adapters.postgres.device_import import PostgresDeviceImport
from adapters.postgres.device_info import PostgresDeviceInfo
from adapters.postgres.devices import PostgresDevices
from adapters.postgres.dictionary import PostgresDictionary
from adapters.postgres.dictionary_editor import PostgresDictionaryEditor
from adapters.postgres.schema import migration as postgres_schema
from arcbeat.api.access.audit import Audit
from arcbeat.api.access.metrics_security import metrics_security
from arcbeat.api.access.rates import Rates
from arcbeat.api.access.security import credentials_security
from arcbeat.api.contract.bundle import Json, bound, load_contract
from arcbeat.api.contract.docs import docs
from arcbeat.api.contract.shapes import ContractShape
from arcbeat.api.operations import Handler, HandlersApp, PortsResolver, not_found
from arcbeat.api.problems import Problems
from arcbeat.api.requests import Requests
from arcbeat.api.routing import Routing
from arcbeat.app.administration import Administration, open_administration
from arcbeat.app.identity import Identities
from arcbeat.app.live import Live
from arcbeat.app.sockets import Sockets
from arcbeat.app.stores import Readiness, Stores
from arcbeat.domain.catalogue.ports import DeviceCatalogue
from arcbeat.domain.time.clock import utc_now
from arcbeat.observability import tracing
from arcbeat.observability.metrics import Metrics, no_span
from arcbeat.pages.board import BoardStatistics
from arcbeat.realtime.sampling.samplers import SAMPLERS_MAX
from arcbeat.runtime.garbage import BetweenTicks
from arcbeat.runtime.retention import Retention
from arcbeat.settings import Settings

__all__ = ["Administration", "build", "embedded_postgres", "migrate", "open_administration"]

HANDLERS: Sequence[ModuleType] = (
    handlers.identity.api_keys,
    handlers.identity.auth,
    handlers.catalogue.device_fields,
    handlers.devices.device_files,
    handlers.catalogue.device_types,
    handlers.devices.devices,
    handlers.catalogue.drift,
    handlers.board,
    handlers.dictionary.dict_data,
    handlers.dictionary.dict_types,
    handlers.health,
    handlers.readings.history,
    handlers.readings.readings,
    handlers.readings.realtime,
    handlers.readings.snapshot,
    handlers.readings.states,
    handlers.identity.users,
    handlers.readings.windows,
)
Running = Callable[[], AbstractAsyncContextManager[None]]
"""Something that goes on while the application runs."""

CORS_HEADERS = ("Authorization", "Content-Type", "If-Match", "If-None-Match", "X-API-Key", "X-Request-ID")
CORS_EXPOSED = ("Content-Disposition", "ETag", "Location", "Retry-After", "X-Request-ID", "Deprecation", "Link")
CORS_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

migrate = postgres_schema.migrate
embedded_postgres: Callable[[Path], EmbeddedPostgres] = EmbeddedPostgres


def build(settings: Settings, *, samplers_max: int = SAMPLERS_MAX) -> ASGIApp:
    """The whole application; stores are opened in its lifespan, and it starts without them.

    ``samplers_max`` is 0 where nothing is to be sampled, because the process lives for one request.
    """
    traces = tracing.configured(os.environ)
    metrics = Metrics(tracing.store_span(traces, no_span))
    stores = Stores.of(settings, metrics)
    stores.show(metrics)
    contract = load_contract()
    identities = Identities.of(settings, stores.database, utc_now)
    catalogue = PostgresCatalogue(stores.database)
    devices = PostgresDevices(stores.database)
    live = Live.of(settings, catalogue, devices, stores.telemetry, metrics, samplers_max=samplers_max)
    sockets = Sockets.of(settings, live.samplers, catalogue, identities, metrics, utc_now)
    tables = TableFiles()
    dictionary = PostgresDictionary(stores.database)
    statistics = _statistics(settings, stores, dictionary)
    metrics.gauges(
        "arcbeat_memory_entries",
        "What is remembered of the stores, by kind",
        lambda: {**live.memory.sizes(), **statistics.sizes()},
    )
    ports = {
        "catalogue": catalogue,
        "catalogue_editor": PostgresCatalogueEditor(stores.database, live.pages.expire_types),
        "devices": devices,
        "device_register": PostgresDeviceInfo(stores.database),
        "device_importer": PostgresDeviceImport(stores.database),
        "table_reader": tables,
        "table_writer": tables,
        "telemetry": stores.telemetry,
        **live.ports,
        "statistics": statistics,
        "dictionary": dictionary,
        "dictionary_editor": PostgresDictionaryEditor(stores.database, statistics.expire_dictionary),
        **identities.ports,
        "clock": utc_now,
        "readiness": Readiness(stores.database, stores.telemetry, catalogue),
        "exposition": metrics,
        "reading_counter": metrics,
        "reading_validator": ContractShape(contract, "Reading"),
    }
    retention = _retention(settings, stores, catalogue, metrics)
    collecting = BetweenTicks(settings.sample_seconds, utc_now)
    running: list[Running] = [collecting.running, live.running, sockets.running]
    running += [retention.running] if retention else []
    connexion = ConnexionMiddleware(
        HandlersApp(docs(contract, not_found)),
        import_name=__name__,
        lifespan=lambda _: _lifespan(stores, identities.closing, running, traces),
        middlewares=[Routing, SecurityMiddleware, LifespanMiddleware],
        resolver=PortsResolver(_handlers(contract), ports),
        security_map={
            **credentials_security(identities.authentication),
            "bearer": metrics_security(settings.metrics_token),
        },
    )
    connexion.add_api(bound(contract))
    limited = Rates(connexion, settings.rate_limit_per_second)
    return sockets.wrap(_cross_origin(Requests(Audit(Problems(limited)), metrics, traces), settings.allowed_origins))


def _statistics(settings: Settings, stores: Stores, dictionary: PostgresDictionary) -> BoardStatistics:
    return BoardStatistics(
        dictionary,
        stores.telemetry,
        utc_now,
        database=settings.statistics_db,
        max_age_seconds=settings.sample_seconds,
    )


@asynccontextmanager
async def _lifespan(
    stores: Stores,
    closing: Sequence[Callable[[], Awaitable[None]]],
    running: Sequence[Running],
    traces: tracing.Tracing | None,
) -> AsyncIterator[None]:
    async with stores.opened(), AsyncExitStack() as stack:
        for close in closing:
            stack.push_async_callback(close)
        for run in running:
            await stack.enter_async_context(run())
        yield
    if traces is not None:
        traces.shutdown()


def _retention(settings: Settings, stores: Stores, catalogue: DeviceCatalogue, metrics: Metrics) -> Retention | None:
    """None where readings are kept for ever, or where the store sees to it."""
    if stores.prunable is None or not settings.retention_hours:
        return None
    kept = timedelta(hours=settings.retention_hours)
    return Retention(catalogue, stores.prunable, metrics, utc_now, kept)


def _cross_origin(app: ASGIApp, origins: list[str]) -> ASGIApp:
    """Closed unless pages of other origins are let in; a browser's cookies never count."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=CORS_METHODS,
        allow_headers=CORS_HEADERS,
        expose_headers=CORS_EXPOSED,
        max_age=600,
    )


def _handlers(contract: Json) -> dict[str, Handler]:
    modules = {module.__name__: module for module in HANDLERS}
    return {
        f"{operation['x-openapi-router-controller']}.{operation['operationId']}": getattr(
            modules[operation["x-openapi-router-controller"]], operation["operationId"]
        )
        for item in contract["paths"].values()
        for operation in item.values()
    }
