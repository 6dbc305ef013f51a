"""The application layer by layer: the real one, with some of its parts replaced.

Parts are replaced while `app.build` runs, so that everything else is wired as for serving. The stores of the page
respond at once; access rights are read from a real database.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any
from unittest.mock import patch

from connexion import ConnexionMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.resolver import Resolver
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import handlers.readings.realtime
from adapters.postgres.catalogue import PostgresCatalogue
from adapters.postgres.devices import PostgresDevices
from adapters.postgres.telemetry.store import PostgresTelemetry
from arcbeat import app
from arcbeat.api.contract.bundle import load_contract
from arcbeat.app import live, middleware
from arcbeat.domain.catalogue.device_types import DeviceType, Freshness
from arcbeat.domain.devices.devices import DevicePage
from arcbeat.domain.readings.latest import CachedLatest, LatestPage, LatestRow, PageQuery, Source
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.pages.query_pages import QueryPages
from arcbeat.settings import Settings
from bench.support import fleet

PATH = "/api/v1/device/data/realtime"
NOW = datetime.now(UTC)
WELDING = fleet.welding(SuperTable("test_db", "welding_real_data"))
LATEST = {code: Latest(Reading(code, NOW, fleet.values(code))) for code in fleet.device_codes()[:500]}


class StillPages(QueryPages):
    """Pages that need no store; their rows are encoded once or at each request."""

    def __init__(self, *args: Any, still: bool, **limits: Any) -> None:
        super().__init__(*args, **limits)
        self._still = still
        self._made: dict[int, list[LatestRow]] = {}

    async def page(self, query: PageQuery) -> LatestPage:
        rows = self._made.setdefault(query.limit, _rows(query.limit)) if self._still else _rows(query.limit)
        return LatestPage(device_type=WELDING, rows=rows, total=fleet.DEVICES, sampled_at=NOW, source=Source.QUERY)


def _rows(limit: int) -> list[LatestRow]:
    return [LatestRow(CachedLatest(code, latest, NOW), Freshness.LIVE) for code, latest in list(LATEST.items())[:limit]]


class Unsecured:
    """Replaces Connexion's security middleware."""

    def __init__(self, inner: ASGIApp) -> None:
        self.app = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def starlette(body: bytes) -> ASGIApp:
    """Return a route of bare Starlette."""

    async def constant(_: Request) -> Response:
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route(PATH, constant)])


def routing(body: bytes) -> ASGIApp:
    """Return Connexion with its routing alone."""
    resolver = Resolver(function_resolver=lambda _: _constant_handler(body))
    made = ConnexionMiddleware(
        _constant_app(body), import_name=__name__, middlewares=[RoutingMiddleware], resolver=resolver
    )
    made.add_api(load_contract())
    return made  # type: ignore[no-any-return] # Connexion has no types


def surroundings(settings: Settings, body: bytes) -> ASGIApp:
    """Add request ids, problem responses, limits and metrics."""
    return _built(settings, Security=Unsecured, HandlersApp=lambda *_: _constant_app(body))


def security(settings: Settings, body: bytes) -> ASGIApp:
    """Add the check of the token."""
    return _built(settings, HandlersApp=lambda *_: _constant_app(body))


def arguments(settings: Settings, body: bytes) -> ASGIApp:
    """Add the validation of arguments, for a handler that returns constant bytes."""
    with patch.object(handlers.readings.realtime, "list_latest", _constant_handler(body)):
        return _built(settings)


def handler(settings: Settings, *, still: bool) -> ASGIApp:
    """Add the real handler, with rows that are encoded once or at each request."""
    with patch.object(live, "QueryPages", partial(StillPages, still=still)):
        return _built(settings)


@contextmanager
def still_stores() -> Iterator[None]:
    """Replace the store methods that a page calls by ones that respond at once."""
    with ExitStack() as stack:
        for adapter, name, answer in (
            (PostgresCatalogue, "get_type", _get_type),
            (PostgresDevices, "page", _page),
            (PostgresTelemetry, "latest", _latest),
        ):
            stack.enter_context(patch.object(adapter, name, answer))
        yield


async def _get_type(*_: Any) -> DeviceType:
    return WELDING


async def _page(*_: Any, offset: int, limit: int) -> DevicePage:
    return DevicePage(tuple(LATEST)[offset : offset + limit], fleet.DEVICES)


async def _latest(_: Any, __: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
    return {code: LATEST[code] for code in device_codes}


def _built(settings: Settings, **parts: Any) -> ASGIApp:
    """Build the application without sampling, which would disturb the measurement."""
    with patch.multiple(middleware, **parts) if parts else nullcontext():
        return app.build(settings, samplers_max=0)


def _constant_app(body: bytes) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await Response(body, media_type="application/json")(scope, receive, send)

    return answer


def _constant_handler(body: bytes) -> Any:
    async def answer(**_: Any) -> bytes:
        return body

    return answer
