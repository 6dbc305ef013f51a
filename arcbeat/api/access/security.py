"""Checks the credentials and scopes of a request against the security requirements of its operation."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.security import NO_VALUE, AbstractSecurityHandler
from starlette.types import Scope

from arcbeat.api.access.download_links import LinkAuthentication
from arcbeat.api.request_headers import request_header
from arcbeat.domain.errors import Forbidden, Unauthenticated
from arcbeat.domain.identity.identity import Identity
from arcbeat.domain.identity.ports import Authenticator

API_KEY_HEADER = "x-api-key"

Check = Callable[[ConnexionRequest], Awaitable[Any]]
Identify = Callable[[Scope], Awaitable[Identity | None]]
"""Returns the identity of a request; None if it has no credentials of this kind."""


def credentials_security(
    authenticator: Authenticator, links: LinkAuthentication
) -> dict[str, type[AbstractSecurityHandler]]:
    """Return Connexion's security handlers of the contract's schemes, by type."""

    async def by_token(scope: Scope) -> Identity | None:
        token = bearer_token(request_header(scope, b"authorization"))
        return None if token is None else await authenticator.by_token(token)

    async def by_api_key(scope: Scope) -> Identity | None:
        api_key = request_header(scope, API_KEY_HEADER.encode())
        return None if api_key is None else await authenticator.by_api_key(api_key)

    return {
        "oauth2": _handler({"": by_token}),
        # Two schemes of the contract have this type: they differ by where the credentials are.
        "apiKey": _handler({"header": by_api_key, "query": links.identify}),
    }


def _handler(by_location: Mapping[str, Identify]) -> type[AbstractSecurityHandler]:
    class Security(AbstractSecurityHandler):  # type: ignore[misc] # Connexion has no types
        def get_fn(self, security_scheme: dict[str, Any], required_scopes: list[str]) -> Check:
            required, identify = frozenset(required_scopes), by_location[security_scheme.get("in", "")]

            async def check(request: ConnexionRequest) -> Any:
                identity = await identify(request.scope)
                if identity is None:
                    return NO_VALUE
                request.scope["state"]["caller"].identity = identity
                if not required <= identity.scopes:
                    missing = ", ".join(sorted(required - identity.scopes))
                    raise Forbidden(f"The {identity.credentials} lacks the scope {missing}.")
                return {"sub": identity.name}

            return check

    return Security


def bearer_token(header: str | None) -> str | None:
    """Return the token of an Authorization header, or None if there is no header.

    Raises:
        Unauthenticated: the header has another form.
    """
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("The Authorization header must be «Bearer» and a token, for example: Bearer eyJhbGciOi…")
    return token.strip()
