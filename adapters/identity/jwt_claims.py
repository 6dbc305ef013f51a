"""What a JWT says, once its signature is right: the part that all issuers have in common."""

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
    """The claims of a token signed by this key with this algorithm; the times among them are not checked.

    Raises:
        Unauthenticated: it is not, or lacks something, or is for another audience.
    """
    # PyJWT looks at the clock of the machine; ours is given, and `expiry` compares with that.
    options: Options = {"require": list(required), "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    try:
        return jwt.decode(token, key, algorithms=[algorithm], issuer=issuer, audience=audience, options=options)
    except jwt.InvalidTokenError as error:
        raise Unauthenticated(INVALID) from error


@contextmanager
def sensible() -> Iterator[None]:
    """Around reading claims of whatever type: those that make no sense are refused."""
    try:
        yield
    except (AttributeError, TypeError, ValueError, OverflowError, OSError) as error:
        raise Unauthenticated(INVALID) from error


def expiry(claims: dict[str, Any], now: datetime) -> datetime:
    """Until when it counts.

    Raises:
        Unauthenticated: it counts no more, or not yet.
    """
    with sensible():
        expires_at = datetime.fromtimestamp(float(claims["exp"]), UTC)
        begins_at = datetime.fromtimestamp(float(claims.get("nbf", 0)), UTC)
    if expires_at <= now:
        raise Unauthenticated("The token is expired.")
    if begins_at > now:
        raise Unauthenticated("The token is not valid yet.")
    return expires_at
