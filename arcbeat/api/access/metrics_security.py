"""Access to the metrics: with the token METRICS_TOKEN; without this setting, never."""

import hmac
from collections.abc import Callable
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.security import NO_VALUE, AbstractSecurityHandler
from pydantic import SecretStr

from arcbeat.api.access.security import bearer_token
from arcbeat.domain.errors import Unauthenticated


def metrics_security(metrics_token: SecretStr | None) -> type[AbstractSecurityHandler]:
    """Return Connexion's security handler of the contract's scheme ``metrics``."""
    expected = metrics_token.get_secret_value().encode() if metrics_token else None

    class MetricsSecurity(AbstractSecurityHandler):  # type: ignore[misc] # Connexion has no types
        def get_fn(
            self,
            security_scheme: dict[str, Any],  # noqa: ARG002 -- the signature of Connexion's handlers
            required_scopes: list[str],  # noqa: ARG002 -- likewise
        ) -> Callable[[ConnexionRequest], Any]:
            def check(request: ConnexionRequest) -> Any:
                token = bearer_token(request.headers.get("authorization"))
                if token is None:
                    return NO_VALUE
                if expected is None or not hmac.compare_digest(token.encode(), expected):
                    raise Unauthenticated("The token must be METRICS_TOKEN, a setting of the server.")
                return {"sub": "metrics"}

            return check

    return MetricsSecurity
