"""Refuses what needs a process that runs between two requests: sockets, and marked operations of the contract."""

from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.api.contract.asyncapi import socket_paths
from arcbeat.api.contract.bundle import Json
from arcbeat.domain.errors import NotAvailableInFunctions

NOT_IN_FUNCTIONS = "x-not-in-functions"
"""Marks an operation that a function refuses; such an operation has no parameters in its path."""


class UnavailableInFunctions:
    """Raises NotAvailableInFunctions for the paths of sockets and for marked operations; it surrounds the operations.

    Args:
        operations: The method and the path of each refused operation.
        sockets: The paths of the sockets, without a slash at the end; what is below one of them is refused, too.
    """

    def __init__(self, app: ASGIApp, operations: frozenset[tuple[str, str]], sockets: frozenset[str]) -> None:
        self._app = app
        self._operations = operations
        self._sockets = sockets
        self._below_sockets = tuple(f"{path}/" for path in sockets)

    @classmethod
    def of(cls, app: ASGIApp, contract: Json) -> "UnavailableInFunctions":
        """Return the layer for a contract."""
        operations = frozenset(
            (sent, path)
            for path, item in contract["paths"].items()
            for method, operation in item.items()
            if operation.get(NOT_IN_FUNCTIONS)
            for sent in ({"GET", "HEAD"} if method == "get" else {method.upper()})  # as routing does
        )
        return cls(app, operations, socket_paths())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._refuses(scope["method"], scope["path"]):
            raise NotAvailableInFunctions
        await self._app(scope, receive, send)

    def _refuses(self, method: str, path: str) -> bool:
        is_socket = path in self._sockets or path.startswith(self._below_sockets)
        return is_socket or (method, path) in self._operations
