"""Verifies the signature of a JWT and reads its claims: the part that all issuers have in common."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import jwt
from jwt import PyJWK
from jwt.types import Options

from arcbeat.domain.errors import Unauthenticated

INVALID = "The token is not valid."


def decode(
    token: str,
    key: str | PyJWK,
    *,
    algorithm: str,
    required: Sequence[str],
    issuer: str | None = None,
    audience: str | None = None,
) -> dict[str, Any]:
    """Verify a token and return its claims; its times are not checked, see :func:`expiry`.

    Raises:
        Unauthenticated: the signature, the algorithm, the issuer or the audience is wrong, or a required claim is
            missing.
    """
    # PyJWT compares times with the clock of the machine; `expiry` compares them with the injected clock.
    options: Options = {"require": list(required), "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    try:
        return jwt.decode(token, key, algorithms=[algorithm], issuer=issuer, audience=audience, options=options)
    except jwt.InvalidTokenError as error:
        raise Unauthenticated(INVALID) from error


@contextmanager
def rejecting_malformed_claims() -> Iterator[None]:
    """Wrap code that reads claims: a claim of an unexpected type or value raises Unauthenticated."""
    try:
        yield
    except (AttributeError, TypeError, ValueError, OverflowError, OSError) as error:
        raise Unauthenticated(INVALID) from error


def expiry(claims: dict[str, Any], now: datetime) -> datetime:
    """Return the time at which the token expires.

    Raises:
        Unauthenticated: the token is expired, or not valid yet.
    """
    with rejecting_malformed_claims():
        expires_at = datetime.fromtimestamp(float(claims["exp"]), UTC)
        not_before = datetime.fromtimestamp(float(claims.get("nbf", 0)), UTC)
    if expires_at <= now:
        raise Unauthenticated("The token is expired.")
    if not_before > now:
        raise Unauthenticated("The token is not valid yet.")
    return expires_at
