"""Settings in, an ASGI application out."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.types import ASGIApp

from arcbeat.api import connexion_internals
from arcbeat.api.access.forwarded import ForwardedClient, TrustedProxies
from arcbeat.api.access.rates import RateLimits
from arcbeat.api.console.folder import ConsoleFolder
from arcbeat.api.console.layer import ConsoleLayer
from arcbeat.api.contract.asyncapi import load_asyncapi
from arcbeat.api.contract.bundle import Json, load_contract
from arcbeat.api.contract.docs import DOCUMENT_PATHS
from arcbeat.api.contract.schemas import ContractSchema
from arcbeat.api.functions.unavailable import UnavailableInFunctions
from arcbeat.api.functions.whole_responses import BodyLimit, ResponseLimit, WholeResponses
from arcbeat.api.logged_paths import LoggedPaths
from arcbeat.api.problems import StoppedRequests
from arcbeat.app.components import Components
from arcbeat.app.lifespan import Running, lifespan
from arcbeat.app.middleware import operations_app, with_middleware
from arcbeat.observability import logs, tracing
from arcbeat.observability.metrics import Metrics, no_span
from arcbeat.private_names import PrivateNames, check_private_names
from arcbeat.realtime.sampling.samplers import SAMPLERS_MAX
from arcbeat.runtime.collection import paused_collection
from arcbeat.settings import Settings


def build(settings: Settings, *, samplers_max: int = SAMPLERS_MAX, console: ConsoleFolder | None = None) -> ASGIApp:
    """Return the application. It opens its stores in its lifespan, and starts even while they are unreachable.

    Args:
        console: the folder of the built console; defaults to web/dist beside the package.
        samplers_max: how many device types may be sampled; 0 for a process that serves one request and ends.

    Raises:
        HandlerMismatch: a handler's parameters do not fit the ports or its operation.
        MissingPrivateName: the installed version of a library lacks a private name on which arcbeat relies.
    """
    application, _ = _assemble(settings, samplers_max=samplers_max, host=console or ConsoleFolder())
    return application


@asynccontextmanager
async def open_function(environment: Mapping[str, str], limit: ResponseLimit | None = None) -> AsyncIterator[ASGIApp]:
    """Open the application for a function runtime, which freezes the process between two requests. Set up logging, too.

    It has the HTTP API only: no console, no sockets, no sampling, and nothing that runs between requests. What it
    cannot do is refused with a problem. Each response is sent in one part. The stores are open inside the block, in the
    running event loop. Different tasks may enter and leave the block.

    Args:
        limit: how large a response may be; defaults to a body of 32 MiB.

    Raises:
        SettingsError: A setting is missing or invalid.
    """
    settings = Settings.from_environment(environment)
    logs.configure(settings.log_level)
    application, running = _assemble(settings, samplers_max=0, host=limit or BodyLimit())
    async with running():
        yield application


@paused_collection()
def _assemble(settings: Settings, *, samplers_max: int, host: ConsoleFolder | ResponseLimit) -> tuple[ASGIApp, Running]:
    """Return the application and its lifespan.

    Args:
        host: the console of a server, or the limit of a function.
    """
    is_function = not isinstance(host, ConsoleFolder)
    check_private_names(connexion_internals.PRIVATE_NAMES if is_function else _private_names_of_a_server())
    traces = tracing.configured(os.environ)
    metrics = Metrics(tracing.store_span(traces, no_span))
    proxies = TrustedProxies(settings.trusted_networks)
    rates = RateLimits(settings.rate_limit_per_second, proxies.trusts)
    components = Components.of(settings, metrics, rates, samplers_max=samplers_max, has_sockets=not is_function)
    contract = load_contract()

    def running() -> AbstractAsyncContextManager[None]:
        return lifespan(components, settings, traces, in_background=not is_function)

    operations = operations_app(
        contract,
        components.ports(ContractSchema(contract, "Reading")),
        components.identities.authentication,
        components.identities.link_authentication,
        settings,
        rates,
        lambda _: running(),
    )

    def with_host(api: ASGIApp) -> ASGIApp:
        if isinstance(host, ConsoleFolder):
            return ConsoleLayer(api, host, _served_paths(contract))
        return WholeResponses(api, host)

    available = UnavailableInFunctions.of(operations, contract) if is_function else operations
    downloads = components.identities.downloads
    api = with_middleware(available, LoggedPaths.of(contract), settings, rates, metrics, traces, downloads, with_host)
    served = components.sockets.wrap(api) if components.sockets else api
    return StoppedRequests(ForwardedClient(served, proxies)), running


def _private_names_of_a_server() -> Sequence[PrivateNames]:
    # Here, because a function has neither Socket.IO nor uvicorn.
    from arcbeat.realtime.socketio import internals as socketio_internals
    from arcbeat.runtime import uvicorn_internals

    return (*connexion_internals.PRIVATE_NAMES, *socketio_internals.PRIVATE_NAMES, *uvicorn_internals.PRIVATE_NAMES)


def _served_paths(contract: Json) -> frozenset[str]:
    """Return the paths of the operations, the documents and the sockets, which the console leaves alone."""
    sockets = (server["pathname"] for server in load_asyncapi()["servers"].values() if "pathname" in server)
    return frozenset((*DOCUMENT_PATHS, *contract["paths"], *sockets))
