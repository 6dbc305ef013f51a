"""Settings in, an ASGI application out."""

import os

from starlette.types import ASGIApp

from arcbeat.api import connexion_internals
from arcbeat.api.access.forwarded import ForwardedClient, TrustedProxies
from arcbeat.api.access.rates import RateLimits
from arcbeat.api.contract.bundle import load_contract
from arcbeat.api.contract.schemas import ContractSchema
from arcbeat.api.logged_paths import LoggedPaths
from arcbeat.api.problems import StoppedRequests
from arcbeat.app.components import Components
from arcbeat.app.lifespan import lifespan
from arcbeat.app.middleware import operations_app, with_middleware
from arcbeat.observability import tracing
from arcbeat.observability.metrics import Metrics, no_span
from arcbeat.private_names import check_private_names
from arcbeat.realtime.sampling.samplers import SAMPLERS_MAX
from arcbeat.realtime.socketio import internals as socketio_internals
from arcbeat.runtime import uvicorn_internals
from arcbeat.settings import Settings


def build(settings: Settings, *, samplers_max: int = SAMPLERS_MAX) -> ASGIApp:
    """Return the application. It opens its stores in its lifespan, and starts even while they are unreachable.

    Args:
        samplers_max: how many device types may be sampled; 0 for a process that serves one request and ends.

    Raises:
        HandlerMismatch: a handler's parameters do not fit the ports or its operation.
        MissingPrivateName: the installed version of a library lacks a private name on which arcbeat relies.
    """
    check_private_names(
        (*connexion_internals.PRIVATE_NAMES, *socketio_internals.PRIVATE_NAMES, *uvicorn_internals.PRIVATE_NAMES)
    )
    traces = tracing.configured(os.environ)
    metrics = Metrics(tracing.store_span(traces, no_span))
    proxies = TrustedProxies(settings.trusted_networks)
    rates = RateLimits(settings.rate_limit_per_second, proxies.trusts)
    components = Components.of(settings, metrics, rates, samplers_max=samplers_max)
    contract = load_contract()
    operations = operations_app(
        contract,
        components.ports(ContractSchema(contract, "Reading")),
        components.identities.authentication,
        settings,
        rates,
        lambda _: lifespan(components, settings, traces),
    )
    api = with_middleware(operations, LoggedPaths.of(contract), settings, rates, metrics, traces)
    return StoppedRequests(ForwardedClient(components.sockets.wrap(api), proxies))
