"""Whether a token lets its bearer do what an operation asks; everything else is refused."""

from collections.abc import Callable
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.security import NO_VALUE, AbstractSecurityHandler

from arcbeat.domain.errors import Forbidden, Unauthenticated
from arcbeat.domain.ports import TokenVerifier

Check = Callable[[ConnexionRequest], Any]


def token_security(tokens: TokenVerifier) -> type[AbstractSecurityHandler]:
    """Connexion's handler of the contract's oauth2 scheme."""

    class TokenSecurity(AbstractSecurityHandler):  # type: ignore[misc] # Connexion has no types
        def get_fn(self, security_scheme: dict[str, Any], required_scopes: list[str]) -> Check:  # noqa: ARG002
            needed = frozenset(required_scopes)

            def check(request: ConnexionRequest) -> Any:
                token = bearer_token(request.headers.get("authorization"))
                if token is None:
                    return NO_VALUE
                claims = tokens.verify(token)
                if not needed <= claims.scopes:
                    raise Forbidden(f"The token lacks the scope {', '.join(sorted(needed - claims.scopes))}.")
                return {"sub": claims.username}

            return check

    return TokenSecurity


def bearer_token(header: str | None) -> str | None:
    """The token of an Authorization header; None where there is no header.

    Raises:
        Unauthenticated: the header is of another form.
    """
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("The Authorization header must be «Bearer» and a token.")
    return token.strip()
