"""What every request has: an id, a log line, metrics, a trace, and security headers on its response."""

import random
import re
import time
from collections.abc import Awaitable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arcbeat.api.logged_paths import LoggedPaths, operation_name
from arcbeat.api.request_headers import request_header
from arcbeat.observability.metrics import Metrics

if TYPE_CHECKING:
    from arcbeat.observability.spans import Tracing

logger = structlog.get_logger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}\Z")
REQUEST_ID_BITS = 128
CACHED_NAMES_MAX = 256
"""The sets of headers that responses have."""
REDIRECTIONS = range(300, 400)
# Responses are data for one client: they are not cached, framed, sniffed or run as a page.
SECURITY_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


class RequestContext:
    """Gives each request an id, which its log lines carry, and measures, traces and logs it."""

    def __init__(self, app: ASGIApp, paths: LoggedPaths, metrics: Metrics, tracing: "Tracing | None" = None) -> None:
        self._app = app
        self._paths = paths
        self._metrics = metrics
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(request_header(scope, b"x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        scope.setdefault("extensions", {})  # created here, because Connexion stores the operation in it
        response = _Response(send, request_id)
        bound = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            if self._tracing is None:
                await self._measured(scope, receive, response)
            else:
                with self._tracing.request(lambda: self._name(scope), Headers(scope=scope)):
                    await self._measured(scope, receive, response)
        finally:
            structlog.contextvars.reset_contextvars(**bound)

    async def _measured(self, scope: Scope, receive: Receive, response: "_Response") -> None:
        try:
            await self._app(scope, receive, response.send)
        finally:
            self._record(scope, response)

    def _name(self, scope: Scope) -> str:
        return f"{scope['method']} {self._paths.template(scope)}"

    def _record(self, scope: Scope, response: "_Response") -> None:
        seconds = time.perf_counter() - response.started
        operation = operation_name(scope)
        self._metrics.request(operation, response.status, seconds)
        logger.info(
            "request",
            method=scope["method"],
            path=self._paths.template(scope, operation),
            operation=operation,
            status=response.status,
            duration_ms=round(seconds * 1000, 3),
        )


class _Response:
    """Adds headers to the response of one request. ``status`` is 0 until the response starts."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id.encode("ascii")
        self.started = time.perf_counter()
        self.status = 0

    def send(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            if self.status in REDIRECTIONS:
                headers = [(name, _relative(value) if name == b"location" else value) for name, value in headers]
            headers += _security_headers(tuple([name for name, _ in headers]))
            headers.append((b"x-request-id", self._request_id))
            message["headers"] = headers
        return self._send(message)


@lru_cache(CACHED_NAMES_MAX)
def _security_headers(given: tuple[bytes, ...]) -> Sequence[tuple[bytes, bytes]]:
    """Return the security headers that a response with these headers does not have."""
    lowered = {name.lower() for name in given}
    return [item for item in SECURITY_HEADERS if item[0] not in lowered]


def _relative(location: bytes) -> bytes:
    """Return a location without its host.

    Starlette redirects a path with a trailing slash to the host that the request names, which any client can choose,
    and to http:// behind a proxy that ends TLS.
    """
    parts = urlsplit(location)
    return urlunsplit((b"", b"", b"/" + parts.path.lstrip(b"/"), parts.query, b""))


def _request_id(given: str | None) -> str:
    if given is not None and _REQUEST_ID.match(given):
        return given
    return f"{random.getrandbits(REQUEST_ID_BITS):0{REQUEST_ID_BITS // 4}x}"
