"""Checks the credentials and scopes of a request against the security requirements of its operation."""

from collections.abc import Awaitable, Callable
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.security import NO_VALUE, AbstractSecurityHandler
from starlette.datastructures import Headers

from arcbeat.domain.errors import Forbidden, Unauthenticated
from arcbeat.domain.identity.identity import Identity
from arcbeat.domain.identity.ports import Authenticator

API_KEY_HEADER = "x-api-key"

Check = Callable[[ConnexionRequest], Awaitable[Any]]
Extract = Callable[[Headers], str | None]
Authenticate = Callable[[str], Awaitable[Identity]]


def credentials_security(authenticator: Authenticator) -> dict[str, type[AbstractSecurityHandler]]:
    """Return Connexion's security handlers of the contract's schemes, by type."""
    return {
        "oauth2": _handler(lambda headers: bearer_token(headers.get("authorization")), authenticator.by_token),
        "apiKey": _handler(lambda headers: headers.get(API_KEY_HEADER), authenticator.by_api_key),
    }


def _handler(extract: Extract, authenticate: Authenticate) -> type[AbstractSecurityHandler]:
    class Security(AbstractSecurityHandler):  # type: ignore[misc] # Connexion has no types
        def get_fn(self, security_scheme: dict[str, Any], required_scopes: list[str]) -> Check:  # noqa: ARG002
            required = frozenset(required_scopes)

            async def check(request: ConnexionRequest) -> Any:
                credentials = extract(request.headers)
                if credentials is None:
                    return NO_VALUE
                identity = await authenticate(credentials)
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
