"""Tokens: JWT signed with HS256 by the text of SECRET_KEY."""

import secrets
from datetime import timedelta

import jwt

from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.identity import Claims, Scope, Token
from arcbeat.domain.ports import Clock

ISSUER = "arcbeat"
ALGORITHM = "HS256"
LIFETIME = timedelta(minutes=60)
REQUIRED_CLAIMS = ("sub", "exp", "iat", "iss", "jti")


class JwtTokens:
    """Issues and verifies tokens."""

    def __init__(self, secret_key: str, clock: Clock, *, lifetime: timedelta = LIFETIME) -> None:
        self._secret_key = secret_key
        self._clock = clock
        self._lifetime = lifetime

    def issue(self, username: str, scopes: frozenset[Scope]) -> Token:
        """A token for a user."""
        now = self._clock()
        claims = {
            "iss": ISSUER,
            "sub": username,
            "scope": " ".join(sorted(scopes)),
            "iat": now,
            "exp": now + self._lifetime,
            "jti": secrets.token_hex(16),
        }
        signed = jwt.encode(claims, self._secret_key, algorithm=ALGORITHM)
        return Token(signed, int(self._lifetime.total_seconds()), scopes)

    def verify(self, access_token: str) -> Claims:
        """What a token says.

        Raises:
            Unauthenticated: it is not ours, is expired or was changed.
        """
        try:
            claims = jwt.decode(
                access_token,
                self._secret_key,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                options={"require": list(REQUIRED_CLAIMS)},
            )
        except jwt.ExpiredSignatureError as error:
            raise Unauthenticated("The token is expired.") from error
        except jwt.InvalidTokenError as error:
            raise Unauthenticated("The token is not valid.") from error
        return Claims(claims["sub"], frozenset(str(claims.get("scope", "")).split()))
