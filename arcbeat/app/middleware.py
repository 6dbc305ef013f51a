"""The layers of the HTTP API, from CORS on the outside to the handlers on the inside."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from connexion.middleware.lifespan import LifespanMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from arcbeat.api.access.audit import AuditLog
from arcbeat.api.access.download_links import LinkAuthentication
from arcbeat.api.access.followed_downloads import FollowedDownloads
from arcbeat.api.access.heavy import HeavyLimits
from arcbeat.api.access.metrics_security import metrics_security
from arcbeat.api.access.rates import RateLimit, RateLimits
from arcbeat.api.access.security import credentials_security
from arcbeat.api.compression.middleware import CompressedResponses
from arcbeat.api.connexion_internals import Security, ValidatedContracts
from arcbeat.api.contract.bundle import Json, for_connexion
from arcbeat.api.contract.docs import docs
from arcbeat.api.logged_paths import LoggedPaths
from arcbeat.api.operations import HandlersApp, PortsResolver, not_found
from arcbeat.api.problems import ProblemResponses
from arcbeat.api.requests import RequestContext
from arcbeat.api.routing import Routing
from arcbeat.api.signatures import check_signatures
from arcbeat.app.handler_table import handlers_of
from arcbeat.app.ports import Ports
from arcbeat.domain.downloads.ports import DownloadReports
from arcbeat.domain.identity.ports import Authenticator
from arcbeat.observability.metrics import Metrics
from arcbeat.settings import Settings

if TYPE_CHECKING:
    from arcbeat.observability.spans import Tracing

CORS_HEADERS = ("Authorization", "Content-Type", "If-Match", "If-None-Match", "X-API-Key", "X-Request-ID")
CORS_EXPOSED = ("Content-Disposition", "ETag", "Location", "Retry-After", "X-Request-ID", "Deprecation", "Link")
CORS_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PREFLIGHT_SECONDS = 600
"""Browsers may cache the response to a preflight request for this long."""

Lifespan = Callable[[object], AbstractAsyncContextManager[None]]


def operations_app(
    contract: Json,
    ports: Ports,
    authenticator: Authenticator,
    links: LinkAuthentication,
    settings: Settings,
    rates: RateLimits,
    lifespan: Lifespan,
) -> ASGIApp:
    """Return the operations of the contract: routed and secured by Connexion, carried out by the handlers.

    Raises:
        HandlerMismatch: a handler's parameters do not fit the ports or its operation.
    """
    handlers = handlers_of(contract)
    check_signatures(contract, handlers, Ports)
    connexion = ValidatedContracts(
        HandlersApp(docs(contract, not_found), rates, HeavyLimits(settings.heavy_requests_per_caller)),
        import_name=__name__,
        lifespan=lifespan,
        middlewares=[Routing, Security, LifespanMiddleware],
        resolver=PortsResolver(handlers, ports.by_name()),
        security_map={
            **credentials_security(authenticator, links),
            "bearer": metrics_security(settings.metrics_token),
        },
    )
    connexion.add_validated(for_connexion(contract))
    return connexion


def with_middleware(
    operations: ASGIApp,
    paths: LoggedPaths,
    settings: Settings,
    rates: RateLimits,
    metrics: Metrics,
    traces: "Tracing | None",
    downloads: DownloadReports,
    with_host: Callable[[ASGIApp], ASGIApp],
) -> ASGIApp:
    """Return the operations behind CORS, request ids, metrics, host, compression, audit log, problems, rate limit.

    Args:
        with_host: adds the layer of what the API runs in: the console of a server, or the limit of a function.
    """
    limited = RateLimit(FollowedDownloads(operations, downloads), rates)
    audited = AuditLog(ProblemResponses(limited), paths)
    context = RequestContext(with_host(CompressedResponses(audited)), paths, metrics, traces)
    return _with_cors(context, settings.allowed_origins)


def _with_cors(app: ASGIApp, origins: list[str]) -> ASGIApp:
    """Let pages of these origins call the API, without cookies; without origins no page of another origin may."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=CORS_METHODS,
        allow_headers=CORS_HEADERS,
        expose_headers=CORS_EXPOSED,
        max_age=PREFLIGHT_SECONDS,
    )
