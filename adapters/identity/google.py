"""Verifies ID tokens of Google service accounts, which Cloud Scheduler, Cloud Tasks, Workflows and Eventarc send."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from adapters.identity.jwks import JwksKeys, checked_expiry, verified_claims
from adapters.identity.jwt_claims import INVALID
from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.identity.google import GOOGLE_ISSUERS, GOOGLE_SCOPES
from arcbeat.domain.identity.identity import Identity, IdentityKind
from arcbeat.domain.time.clock import Clock

GOOGLE_LIFETIME_MAX = timedelta(hours=2)
"""From `iat` to `exp`. Google issues ID tokens for one hour; they cannot be revoked."""
REQUIRED_CLAIMS = ("sub", "exp", "iat", "iss", "aud", "email", "email_verified")


class GoogleTokenVerifier:
    """Implements TokenVerifier for ID tokens of Google for one audience.

    Every Google account in the world can request a token for any audience, so only the service accounts of the list
    are accepted; none is if the list is empty.
    """

    def __init__(self, keys: JwksKeys, *, audience: str, service_accounts: Collection[str], clock: Clock) -> None:
        self._keys = keys
        self._audience = audience
        self._service_accounts = frozenset(service_accounts)
        self._clock = clock

    async def verify(self, access_token: str) -> Identity:
        """Return the identity of the service account, whose name is its e-mail address.

        Raises:
            Unauthenticated: Google did not sign the token, the audience or the account is another one, its e-mail
                address is not verified, or the token is expired or valid for too long.
            StoreUnavailable: the keys of Google cannot be read.
        """
        claims = await verified_claims(
            access_token, self._keys, required=REQUIRED_CLAIMS, issuer=GOOGLE_ISSUERS, audience=self._audience
        )
        expires_at = checked_expiry(claims, self._clock(), lifetime_max=GOOGLE_LIFETIME_MAX)
        return Identity(
            kind=IdentityKind.GOOGLE, name=self._account(claims), scopes=GOOGLE_SCOPES, expires_at=expires_at
        )

    def _account(self, claims: dict[str, Any]) -> str:
        """Return the e-mail address of the service account for which the token was issued.

        The authorised party of its own token is the account itself, by its id or its address. A token for several
        audiences may have been made for another service.
        """
        email = claims["email"]
        is_own = claims.get("azp", email) in (claims["sub"], email)
        is_single = claims["aud"] == self._audience
        if claims["email_verified"] is not True or not is_own or not is_single:
            raise Unauthenticated(INVALID)
        if not isinstance(email, str) or email not in self._service_accounts:
            raise Unauthenticated(INVALID)
        return email
