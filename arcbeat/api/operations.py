"""Carries out an operation that Connexion has routed: validate the request, call the handler, encode its result."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial
from inspect import signature
from typing import Any

import orjson
from connexion.middleware.abstract import RoutedAPI
from connexion.operations import AbstractOperation
from connexion.resolver import Resolver
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.api.access.download_links import split_link
from arcbeat.api.access.heavy import HeavyLimits
from arcbeat.api.access.rates import RateLimits, count_authenticated
from arcbeat.api.arguments import Arguments, Json
from arcbeat.api.compression.middleware import SharedResponse
from arcbeat.api.connexion_internals import DirectlyRouted, OperationParts
from arcbeat.api.contract.bundle import DOWNLOAD_LINK
from arcbeat.api.streaming import StreamedResponse
from arcbeat.domain.shared_body import SharedBody

Handler = Callable[..., Awaitable[Any]]
CALLER = "caller"
"""The parameter by which a handler receives who sent the request."""
STATUSES_WITHOUT_BODY = frozenset({204, 304})


def handler_name(operation: Json) -> str:
    """Return the name under which Connexion looks for the handler of an operation."""
    return f"{operation['x-openapi-router-controller']}.{operation['operationId']}"


class PortsResolver(Resolver):  # type: ignore[misc] # Connexion has no types
    """Finds the handler of each operation, and binds the ports that the handler's parameters name."""

    def __init__(self, handlers: Mapping[str, Handler], ports: Mapping[str, object]) -> None:
        super().__init__(function_resolver=self._bind)
        self._handlers = handlers
        self._ports = ports

    def _bind(self, operation_id: str) -> Handler:
        handler = self._handlers[operation_id]
        parameters = signature(handler).parameters
        return partial(handler, **{name: port for name, port in self._ports.items() if name in parameters})


class HandlerOperation:
    """One operation of the contract, as an ASGI application."""

    def __init__(self, operation: AbstractOperation) -> None:
        parts = OperationParts.of(operation)
        self._handler: Handler = parts.handler
        self._arguments = Arguments(parts.parameters, parts.request_body)
        self._takes_caller = CALLER in signature(self._handler).parameters
        self._has_links = any(DOWNLOAD_LINK in requirement for requirement in parts.security or ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._has_links:
            # The secret of a download link is no argument. Beside other credentials it is ignored.
            _, scope["query_string"] = split_link(scope["query_string"])
        arguments = await self._arguments.read(scope, receive)
        if self._takes_caller:
            arguments[CALLER] = scope["state"]["caller"]
        response = to_response(await self._handler(**arguments))
        await response(scope, receive, send)


def to_response(result: Any) -> ASGIApp:
    """Return the response for a handler's result: a body, ``(body, status)``, or ``(body, status, headers)``.

    The body is anything that orjson encodes, bytes, a `SharedBody`, or an async iterator of bytes, which is streamed.
    The Content-Type of bytes defaults to JSON.
    """
    body, status, headers = result, 200, {}
    if isinstance(result, tuple):
        body, status, headers = (*result, {})[:3]
    if status in STATUSES_WITHOUT_BODY:
        return Response(status_code=status, headers=headers)
    if isinstance(body, SharedBody):
        return SharedResponse(body, status, {"Content-Type": "application/json", **headers})
    if isinstance(body, AsyncIterator):
        return StreamedResponse(body, status, headers)
    content = body if isinstance(body, bytes) else orjson.dumps(body, option=orjson.OPT_UTC_Z)
    return Response(content, status, {"Content-Type": "application/json", **headers})


class HandlersApi(RoutedAPI[HandlerOperation]):  # type: ignore[misc] # Connexion has no types
    """The operations of one contract."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> HandlerOperation:
        return HandlerOperation(operation)


class HandlersApp(DirectlyRouted):
    """The innermost layer, instead of Connexion's own one, which decorates the handler again at each request."""

    api_cls = HandlersApi

    def __init__(self, app: ASGIApp, rates: RateLimits, heavy: HeavyLimits) -> None:
        super().__init__(app)
        self._rates = rates
        self._heavy = heavy

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        admission = None
        if scope["type"] == "http":
            count_authenticated(self._rates, scope)
            admission = self._heavy.admission(scope)
        if admission is not None:
            return self._admitted(admission, scope, receive, send)
        return super().__call__(scope, receive, send)

    async def _admitted(
        self, admission: AbstractAsyncContextManager[None], scope: Scope, receive: Receive, send: Send
    ) -> None:
        async with admission:
            await super().__call__(scope, receive, send)


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 -- the signature of ASGI
    """Respond with 404 to all that is not in the contract."""
    raise HTTPException(404)
