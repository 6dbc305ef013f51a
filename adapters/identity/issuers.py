"""Selects the verifier of a token that another issuer has signed."""

from collections.abc import Mapping

from adapters.identity.jwt_claims import INVALID, unverified_claims
from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.identity.identity import Identity
from arcbeat.domain.identity.ports import TokenVerifier


class TokenVerifierByIssuer:
    """Implements TokenVerifier by passing a token to the verifier for its issuer.

    The issuer in the unverified token is not trusted, it only selects the verifier. Each verifier has its own keys and
    checks the issuer again, so a token of one issuer is never accepted by the rules of another.
    """

    def __init__(self, verifiers: Mapping[str, TokenVerifier]) -> None:
        self._verifiers = verifiers

    async def verify(self, access_token: str) -> Identity:
        """Return the identity in the token.

        Raises:
            Unauthenticated: the token is not valid, or no verifier accepts its issuer.
            StoreUnavailable: the keys of the issuer cannot be read.
        """
        issuer = unverified_claims(access_token).get("iss")
        verifier = self._verifiers.get(issuer) if isinstance(issuer, str) else None
        if verifier is None:
            raise Unauthenticated(INVALID)
        return await verifier.verify(access_token)
