"""The only module that uses private parts of Connexion.

Connexion documents its middleware and how to subclass it, but neither the routes inside its routing nor the attributes
of an operation. `PRIVATE_NAMES` lists each such name, and the base classes whose methods are overridden; it is checked
at start.
"""

from collections.abc import Awaitable, Iterator
from typing import Any, NamedTuple

from connexion import ConnexionMiddleware
from connexion.middleware.abstract import ROUTING_CONTEXT, RoutedMiddleware
from connexion.middleware.main import API
from connexion.middleware.routing import RoutingMiddleware, RoutingOperation
from connexion.middleware.security import SecurityAPI, SecurityMiddleware, SecurityOperation
from connexion.operations import AbstractOperation
from connexion.spec import OpenAPISpecification
from starlette.datastructures import Headers
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.private_names import PrivateNames

PRIVATE_NAMES = (
    PrivateNames("connexion", "connexion.middleware.abstract:RoutedAPI", ("add_paths", "make_operation", "operations")),
    PrivateNames("connexion", "connexion.middleware.abstract:RoutedMiddleware", ("add_api", "api_cls")),
    PrivateNames("connexion", "connexion.middleware.main:API", ("specification", "base_path", "kwargs")),
    PrivateNames("connexion", "connexion.middleware.main:ConnexionMiddleware", ("apis", "options")),
    PrivateNames("connexion", "connexion.middleware.abstract", ("ROUTING_CONTEXT",)),
    PrivateNames("connexion", "connexion.middleware.routing:RoutingMiddleware", ("add_api", "app", "router")),
    PrivateNames("connexion", "connexion.middleware.routing:RoutingOperation", ("operation_id",)),
    PrivateNames(
        "connexion",
        "connexion.middleware.security:SecurityAPI",
        ("make_operation", "next_app", "security_handler_factory"),
    ),
    PrivateNames("connexion", "connexion.middleware.security:SecurityMiddleware", ("api_cls",)),
    PrivateNames(
        "connexion",
        "connexion.middleware.security:SecurityOperation",
        ("from_operation", "next_app", "security", "verification_fn"),
    ),
    PrivateNames(
        "connexion", "connexion.operations:OpenAPIOperation", ("function", "parameters", "request_body", "security")
    ),
    PrivateNames("connexion", "connexion.resolver:Resolver", ("function_resolver",)),
    PrivateNames("connexion", "connexion.security:AbstractSecurityHandler", ("get_fn",)),
    PrivateNames("connexion", "connexion.security", ("NO_VALUE",)),
    PrivateNames("connexion", "connexion.spec:OpenAPISpecification", ("_validate_spec",)),
)


class _ValidatedSpecification(OpenAPISpecification):  # type: ignore[misc] # Connexion has no types
    """A contract that the tests have validated. Connexion validates it at each start, which takes a fifth of it."""

    @classmethod
    def _validate_spec(cls, spec: Any) -> None:
        pass


class ValidatedContracts(ConnexionMiddleware):  # type: ignore[misc] # Connexion has no types
    """Connexion's middleware, to which a contract is added that is not validated again."""

    def add_validated(self, contract: dict[str, Any]) -> None:
        """Add a contract that the tests have validated, with the options of this object."""
        self.apis.append(API(_ValidatedSpecification(contract), base_path=None, name=None, **self.options.__dict__))


class EditableRouting(RoutingMiddleware):  # type: ignore[misc] # Connexion has no types
    """Connexion's routing, whose routes a subclass may change."""

    def mounted_routers(self) -> Iterator[tuple[Mount, Router]]:
        """Yield the mount and the router of each contract that was added."""
        for mount in self.router.routes:
            if isinstance(mount, Mount) and isinstance(mount.app, Router):
                yield mount, mount.app


def operation_id_of(route: Route) -> str | None:
    """Return the operationId of the operation to which a route leads; None if it leads elsewhere."""
    return route.endpoint.operation_id if isinstance(route.endpoint, RoutingOperation) else None


def set_operation(scope: Scope, base_path: str, operation_id: str) -> None:
    """Note in the scope which operation serves a request whose path has no parameters, as Connexion's routing does."""
    scope.setdefault("path_params", {})
    routed = {"api_base_path": base_path, "operation_id": operation_id}
    scope.setdefault("extensions", {})[ROUTING_CONTEXT] = routed


class _SecuredRequest:
    """What Connexion's security, and the checks of credentials, need of a request.

    Connexion itself makes a request of Starlette and a wrapper around it.
    """

    __slots__ = ("context", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.context: dict[str, Any] = {}

    @property
    def headers(self) -> Headers:
        return Headers(scope=self.scope)


class _SecuredOperation(SecurityOperation):  # type: ignore[misc] # Connexion has no types
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.security:
            await self.verification_fn(_SecuredRequest(scope))
        await self.next_app(scope, receive, send)


class _SecuredApi(SecurityAPI):  # type: ignore[misc] # Connexion has no types
    def make_operation(self, operation: AbstractOperation) -> _SecuredOperation:
        made: _SecuredOperation = _SecuredOperation.from_operation(
            operation, next_app=self.next_app, security_handler_factory=self.security_handler_factory
        )
        return made


class DirectlyRouted(RoutedMiddleware):  # type: ignore[misc] # Connexion has no types
    """Finds the operation of a request by its operationId alone; there is one contract."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._operations: dict[str | None, ASGIApp] = {}

    def add_api(self, specification: Any, **options: Any) -> Any:
        api = super().add_api(specification, **options)
        self._operations |= api.operations
        return api

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        routed = scope.get("extensions", {}).get(ROUTING_CONTEXT)
        operation = self._operations.get(routed["operation_id"]) if routed and routed["operation_id"] else None
        if operation is None:
            operation = super().__call__
        return operation(scope, receive, send)


class Security(DirectlyRouted, SecurityMiddleware):  # type: ignore[misc] # Connexion has no types
    """Connexion's security, which rejects each request that fulfils none of the requirements of its operation."""

    api_cls = _SecuredApi


class OperationParts(NamedTuple):
    """What an operation of the contract consists of.

    Attributes:
        handler: what the resolver returned for its operationId.
        parameters: the parameters, as in the contract.
        request_body: the request body, as in the contract; None if there is none.
        security: the security requirements, of which a request must fulfil one.
    """

    handler: Any
    parameters: Any
    request_body: Any
    security: Any

    @classmethod
    def of(cls, operation: AbstractOperation) -> "OperationParts":
        return cls(operation.function, operation.parameters, operation.request_body or None, operation.security)
