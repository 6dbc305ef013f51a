"""Signs a JWT, verifies its signature and reads its claims: the part that all issuers have in common.

PyJWT is imported by the functions that use it: it takes cryptography along, and a process that reads no tokens, for
example for a check of its health, starts faster without both.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from arcbeat.domain.errors import Unauthenticated

if TYPE_CHECKING:
    from jwt import PyJWK
    from jwt.types import Options

INVALID = "The token is not valid."


def load() -> None:
    """Import PyJWT now, for example in a thread, so that the first token does not wait for it."""
    import jwt  # noqa: F401 -- it is imported so that it is loaded


def encode(claims: Mapping[str, Any], key: str, *, algorithm: str) -> str:
    """Return a signed token."""
    import jwt

    return jwt.encode(dict(claims), key, algorithm=algorithm)


def unverified_header(token: str) -> dict[str, Any]:
    """Return the header of a token, which anyone may have written.

    Raises:
        Unauthenticated: the token is malformed.
    """
    import jwt

    try:
        return jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise Unauthenticated(INVALID) from error


def unverified_claims(token: str) -> dict[str, Any]:
    """Return the claims of a token, which anyone may have written.

    Raises:
        Unauthenticated: the token is malformed.
    """
    import jwt

    try:
        return jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise Unauthenticated(INVALID) from error


def decode(
    token: str,
    key: "str | PyJWK",
    *,
    algorithm: str,
    required: Sequence[str],
    issuer: str | Sequence[str] | None = None,
    audience: str | None = None,
) -> dict[str, Any]:
    """Verify a token and return its claims; its times are not checked, see :func:`expiry`.

    Args:
        issuer: what `iss` must be; if several are given, one of them.

    Raises:
        Unauthenticated: the signature, the algorithm, the issuer or the audience is wrong, or a required claim is
            missing.
    """
    import jwt

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


def expiry(claims: dict[str, Any], now: datetime, *, clock_skew: timedelta = timedelta(0)) -> datetime:
    """Return the time at which the token expires.

    Args:
        clock_skew: how far the issuer's clock may be ahead of ours: a token may begin to be valid by so much later.

    Raises:
        Unauthenticated: the token is expired, or not valid yet.
    """
    expires_at = time_claim(claims, "exp")
    if expires_at <= now:
        raise Unauthenticated("The token is expired.")
    if "nbf" in claims and time_claim(claims, "nbf") > now + clock_skew:
        raise Unauthenticated("The token is not valid yet.")
    return expires_at


def time_claim(claims: dict[str, Any], name: str) -> datetime:
    """Return a claim that is a time.

    Raises:
        Unauthenticated: it is not a number, or too large for a time.
    """
    with rejecting_malformed_claims():
        return datetime.fromtimestamp(float(claims[name]), UTC)
