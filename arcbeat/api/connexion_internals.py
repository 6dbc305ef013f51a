"""The only module that uses private parts of Connexion.

Connexion documents its middleware and how to subclass it, but neither the routes inside its routing nor the attributes
of an operation. `PRIVATE_NAMES` lists each such name, and the base classes whose methods are overridden; it is checked
at start.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from connexion import ConnexionMiddleware
from connexion.middleware.main import API
from connexion.middleware.routing import RoutingMiddleware
from connexion.operations import AbstractOperation
from connexion.spec import OpenAPISpecification
from starlette.routing import Mount, Router

from arcbeat.private_names import PrivateNames

PRIVATE_NAMES = (
    PrivateNames("connexion", "connexion.middleware.abstract:RoutedAPI", ("add_paths", "make_operation")),
    PrivateNames("connexion", "connexion.middleware.abstract:RoutedMiddleware", ("add_api", "api_cls")),
    PrivateNames("connexion", "connexion.middleware.main:API", ("specification", "base_path", "kwargs")),
    PrivateNames("connexion", "connexion.middleware.main:ConnexionMiddleware", ("apis", "options")),
    PrivateNames("connexion", "connexion.middleware.routing:RoutingMiddleware", ("add_api", "router")),
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
