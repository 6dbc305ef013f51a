"""Connexion's routing: fixed paths are found at once, numbers in paths are left to whoever checks arguments.

405 says which methods there are.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.api.connexion_internals import EditableRouting


class Routing(EditableRouting):
    """Connexion has a route a method, and Starlette answers 405 with what the first route of a path knows."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        # Connexion's would call a wrong number an unknown path, and fail with a number of 5 000 digits.
        for numbers in ("int", "float"):
            register_url_convertor(numbers, StringConvertor())

    def add_api(self, specification: Any, **kwargs: Any) -> None:
        super().add_api(specification, **kwargs)
        for mount, router in self.mounted_routers():
            router.routes.extend(_closing_routes(router.routes))
            mount.app = _FixedPaths(router)


def _closing_routes(routes: Sequence[BaseRoute]) -> list[Route]:
    known: dict[str, set[str]] = defaultdict(set)
    for route in routes:
        if isinstance(route, Route):
            known[route.path] |= route.methods or set()
    return [Route(path, _MethodNotAllowed(methods)) for path, methods in known.items()]


class _FixedPaths:
    """Routes of paths without parameters, by their path: Starlette tries one route after another."""

    def __init__(self, router: Router) -> None:
        by_path: dict[str, list[BaseRoute]] = defaultdict(list)
        for route in router.routes:
            if isinstance(route, Route) and not route.param_convertors:
                by_path[route.path].append(route)
        self._all = router
        self._by_path = {path: Router(routes, default=router.default) for path, routes in by_path.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._by_path.get(scope["path"], self._all)(scope, receive, send)


class _MethodNotAllowed:
    """Stands behind all routes of a path; an object and no function, so that Starlette limits no methods."""

    def __init__(self, methods: set[str]) -> None:
        self._headers = {"Allow": ", ".join(sorted(methods))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- the shape of ASGI
        raise HTTPException(405, headers=self._headers)
