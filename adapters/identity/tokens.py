"""Issues and verifies the service's own tokens: JWT signed with HS256 and SECRET_KEY."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from adapters.identity.jwt_claims import (
    INVALID,
    decode,
    encode,
    expiry,
    rejecting_malformed_claims,
    unverified_header,
)
from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.identity.identity import Identity, IdentityKind, Role
from arcbeat.domain.identity.ports import TokenVerifier
from arcbeat.domain.identity.sessions import RefreshClaims, Session, Tokens
from arcbeat.domain.time.clock import Clock

ISSUER = "arcbeat"
ALGORITHM = "HS256"
LIFETIME = timedelta(minutes=60)
REFRESH_AUDIENCE = "arcbeat:refresh"
"""Only refresh tokens have an audience, so neither kind of token is accepted as the other."""
TOKEN_CHARACTERS_MAX = 8192
ACCESS_CLAIMS = ("sub", "exp", "iat", "iss", "jti", "sid", "role", "scope")
REFRESH_CLAIMS = ("sub", "exp", "iss", "sid", "rotation")


class JwtTokens:
    """Implements TokenIssuer, and TokenVerifier for the tokens that it issued."""

    def __init__(self, secret_key: str, clock: Clock, *, lifetime: timedelta = LIFETIME) -> None:
        self._secret_key = secret_key
        self._clock = clock
        self._lifetime = lifetime

    def issue(self, session: Session) -> Tokens:
        """Return an access token and a refresh token; neither expires after the session."""
        now = self._clock()
        expires_at = min(now + self._lifetime, session.expires_at)
        common = {"iss": ISSUER, "sub": session.username, "sid": session.session_id}
        access = {
            **common,
            "role": session.role.value,
            "scope": " ".join(sorted(session.scopes)),
            "iat": now,
            "exp": expires_at,
            "jti": secrets.token_hex(16),
        }
        refresh = {**common, "aud": REFRESH_AUDIENCE, "rotation": session.rotation, "exp": session.expires_at}
        return Tokens(
            access_token=encode(access, self._secret_key, algorithm=ALGORITHM),
            expires_in_seconds=int((expires_at - now).total_seconds()),
            refresh_token=encode(refresh, self._secret_key, algorithm=ALGORITHM),
            refresh_expires_in_seconds=int((session.expires_at - now).total_seconds()),
            scopes=session.scopes,
        )

    async def verify(self, access_token: str) -> Identity:
        """Return the identity in an access token of this service.

        Raises:
            Unauthenticated: another issuer signed the token, or it is expired or was modified.
        """
        claims = decode(access_token, self._secret_key, algorithm=ALGORITHM, required=ACCESS_CLAIMS, issuer=ISSUER)
        expires_at = expiry(claims, self._clock())
        with rejecting_malformed_claims():
            return Identity(
                kind=IdentityKind.USER,
                name=claims["sub"],
                scopes=frozenset(claims["scope"].split()),
                expires_at=expires_at,
                role=Role(claims["role"]),
                session_id=int(claims["sid"]),
            )

    def read_refresh_token(self, refresh_token: str) -> RefreshClaims:
        """Return the claims of a refresh token of this service.

        Raises:
            Unauthenticated: another issuer signed the token, or it is expired or was modified.
        """
        claims = decode(
            refresh_token,
            self._secret_key,
            algorithm=ALGORITHM,
            required=REFRESH_CLAIMS,
            issuer=ISSUER,
            audience=REFRESH_AUDIENCE,
        )
        expiry(claims, self._clock())
        with rejecting_malformed_claims():
            return RefreshClaims(int(claims["sid"]), int(claims["rotation"]), claims["sub"])


class TokenVerifierByAlgorithm:
    """Implements TokenVerifier by passing a token to the verifier for its algorithm.

    The algorithm in the token's header is not trusted, it only selects the verifier. Each verifier has its own keys and
    accepts one algorithm, so a public RSA key is never used as an HMAC secret, and ``none`` has no verifier.
    """

    def __init__(self, verifiers: Mapping[str, TokenVerifier]) -> None:
        self._verifiers = verifiers

    async def verify(self, access_token: str) -> Identity:
        """Return the identity in the token.

        Raises:
            Unauthenticated: the token is not valid, or no verifier accepts its algorithm.
            StoreUnavailable: the keys of the issuer cannot be read.
        """
        if len(access_token) > TOKEN_CHARACTERS_MAX:
            raise Unauthenticated(f"The token has more than {TOKEN_CHARACTERS_MAX} characters.")
        algorithm = unverified_header(access_token).get("alg")
        verifier = self._verifiers.get(algorithm) if isinstance(algorithm, str) else None
        if verifier is None:
            raise Unauthenticated(INVALID)
        return await verifier.verify(access_token)
