"""From Connexion's routing to handlers: an operation's request is checked, its handler called, its answer encoded."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from inspect import signature
from typing import Any

import orjson
from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation
from connexion.resolver import Resolver
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from arcbeat.api.arguments import Arguments, Json
from arcbeat.api.connexion_internals import OperationParts
from arcbeat.api.streaming import StreamedResponse

Handler = Callable[..., Awaitable[Any]]
CALLER = "caller"
"""The parameter by which a handler receives who sent the request."""
WITHOUT_BODY = frozenset({204, 304})


def handler_name(operation: Json) -> str:
    """Return the name under which Connexion looks for the handler of an operation."""
    return f"{operation['x-openapi-router-controller']}.{operation['operationId']}"


class PortsResolver(Resolver):  # type: ignore[misc] # Connexion has no types
    """Binds operationIds to handlers, and gives each handler the ports that its parameters name."""

    def __init__(self, handlers: Mapping[str, Handler], ports: Mapping[str, object]) -> None:
        super().__init__(function_resolver=self._bind)
        self._handlers = handlers
        self._ports = ports

    def _bind(self, operation_id: str) -> Handler:
        handler = self._handlers[operation_id]
        wanted = signature(handler).parameters
        return partial(handler, **{name: port for name, port in self._ports.items() if name in wanted})


class HandlerOperation:
    """One operation of the contract and the handler that carries it out."""

    def __init__(self, operation: AbstractOperation) -> None:
        parts = OperationParts.of(operation)
        self._handler: Handler = parts.handler
        self._arguments = Arguments(parts.parameters, parts.request_body)
        self._takes_caller = CALLER in signature(self._handler).parameters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arguments = await self._arguments.read(scope, receive)
        if self._takes_caller:
            arguments[CALLER] = scope["state"]["caller"]
        response = to_response(await self._handler(**arguments))
        await response(scope, receive, send)


def to_response(answer: Any) -> Response:
    """A handler's answer as a response: a body, or ``(body, status)``, or ``(body, status, headers)``.

    The body is anything orjson encodes, or bytes, or bytes that come one after another; bytes are JSON unless the
    headers give another Content-Type.
    """
    body, status, headers = answer, 200, {}
    if isinstance(answer, tuple):
        body, status, headers = (*answer, {})[:3]
    if status in WITHOUT_BODY:
        return Response(status_code=status, headers=headers)
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


class HandlersApp(RoutedMiddleware[HandlersApi]):  # type: ignore[misc] # Connexion has no types
    """The end of Connexion's chain, in place of its own application, which decorates every handler at every request."""

    api_cls = HandlersApi


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 -- the shape of ASGI
    raise HTTPException(404)
