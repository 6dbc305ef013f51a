"""Connexion's routing, with four changes: fast lookup of fixed paths, complete 405 responses, numbers as text, and
redirections of paths with a slash at the end.

Numbers in paths are validated with the other arguments (see :mod:`arcbeat.api.arguments`).
"""

from collections import defaultdict
from collections.abc import Awaitable, Sequence
from typing import Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.api.connexion_internals import EditableRouting, operation_id_of, set_operation


class Routing(EditableRouting):
    """Finds the operation of a request."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self._fixed: dict[tuple[str, str], tuple[str, str]] = {}
        """By method and path, the base path of the contract and the operationId."""
        # Connexion's convertors respond with 404 to an invalid number, and fail with a number of 5 000 digits.
        for convertor in ("int", "float"):
            register_url_convertor(convertor, StringConvertor())

    def add_api(self, specification: Any, **kwargs: Any) -> None:
        super().add_api(specification, **kwargs)
        for mount, router in self.mounted_routers():
            router.routes.extend(_method_not_allowed_routes(router.routes))
            mount.app = _FixedPaths(router)
            self._fixed |= _operations_at_fixed_paths(mount.path, router)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        known = self._fixed.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if known is None or scope.get("root_path"):
            routed: Awaitable[None] = super().__call__(scope, receive, send)
            return routed
        set_operation(scope, *known)
        passed_on: Awaitable[None] = self.app(scope, receive, send)
        return passed_on


def _operations_at_fixed_paths(base_path: str, router: Router) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the operations whose paths have no parameters; all others are found by trying one route after another."""
    return {
        (method, base_path + route.path): (base_path, operation_id)
        for route in router.routes
        if isinstance(route, Route) and not route.param_convertors
        for operation_id in [operation_id_of(route)]
        if operation_id is not None
        for method in route.methods or ()
    }


def _method_not_allowed_routes(routes: Sequence[BaseRoute]) -> list[Route]:
    """Return a route per path that responds with 405 and all methods of the path.

    They come after the others. Connexion makes a route per method, of which Starlette's own 405 names the first only.
    """
    known: dict[str, set[str]] = defaultdict(set)
    for route in routes:
        if isinstance(route, Route):
            known[route.path] |= route.methods or set()
    return [Route(path, _MethodNotAllowed(methods)) for path, methods in known.items()]


class _FixedPaths:
    """Looks up the responses to a method that a path without parameters does not support, and redirections to it."""

    def __init__(self, router: Router) -> None:
        by_path: dict[str, list[BaseRoute]] = defaultdict(list)
        for route in router.routes:
            if isinstance(route, Route) and not route.param_convertors:
                by_path[route.path].append(route)
        self._all = router
        self._by_path = {path: Router(routes, default=router.default) for path, routes in by_path.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        # One slash only: «//» at the end may be the path of a device whose code is a slash.
        if path.endswith("/") and (known := path[:-1]) in self._by_path:
            await _redirect(known, scope["query_string"])(scope, receive, send)
            return
        await self._by_path.get(path, self._all)(scope, receive, send)


def _redirect(path: str, query: bytes) -> Response:
    """Return a redirection that keeps the method and the body. It names no host: any client can choose the Host."""
    return RedirectResponse(f"{path}?{query.decode('ascii', 'replace')}" if query else path, status_code=307)


class _MethodNotAllowed:
    """Responds with 405. It is an object because Starlette restricts the methods of functions."""

    def __init__(self, methods: set[str]) -> None:
        self._headers = {"Allow": ", ".join(sorted(methods))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- the signature of ASGI
        raise HTTPException(405, headers=self._headers)
