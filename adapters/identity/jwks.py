"""Verifies tokens of an external issuer: JWT signed with RS256 by a key that it publishes."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import jwt
import orjson
from jwt import PyJWK

from adapters.caching import CacheLimits, FailClosedCache
from adapters.identity.jwt_claims import INVALID, decode, expiry, time_claim, unverified_header
from arcbeat.domain.errors import StoreProtocolError, StoreTimeout, StoreUnavailable, Unauthenticated
from arcbeat.domain.identity.identity import Identity, IdentityKind, Scope
from arcbeat.domain.time.clock import Clock

JWKS_ALGORITHM = "RS256"
LIMITS = CacheLimits(fresh_seconds=300.0, retry_seconds=30.0, wait_seconds_max=2.0, age_seconds_max=3600.0)
TIMEOUT_SECONDS = 5.0
JWKS_BYTES_MAX = 256 * 1024
KEYS_MAX = 100
KEY_BITS_MIN = 2048
KEY_BITS_MAX = 8192
"""Verifying with a longer key would take too long per request."""
KID_CHARACTERS_MAX = 255
SUBJECT_CHARACTERS_MAX = 255
REQUIRED_CLAIMS = ("sub", "exp", "iat", "iss", "aud")
LIFETIME_MAX = timedelta(hours=24)
"""From `iat` to `exp`. The tokens cannot be revoked here, so a copied one must expire soon."""
CLOCK_SKEW = timedelta(seconds=60)
"""How far the issuer's clock may be ahead of ours."""

Keys = Mapping[str, PyJWK]


class JwksKeys:
    """The keys at a JWKS URL by key id (kid). Only RSA signing keys of KEY_BITS_MIN to KEY_BITS_MAX are used.

    Args:
        setting: the name of the setting that has the URL, for error messages.
    """

    def __init__(
        self,
        url: str,
        *,
        setting: str = "JWKS_URL",
        limits: CacheLimits = LIMITS,
        timeout_seconds: float = TIMEOUT_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._setting = setting
        self._limits = limits
        self._timeout_seconds = timeout_seconds
        # trust_env=False ignores the proxy variables of the shell, as for all other connections of the service.
        self._client = httpx.AsyncClient(trust_env=False, timeout=timeout_seconds, follow_redirects=False)
        self._cache = FailClosedCache("JWKS", self._load, limits, monotonic)

    async def find(self, kid: str) -> PyJWK | None:
        """Return the key with this id; None if the issuer has no such key.

        An unknown id may belong to a key that was just rotated in, so the keys are read again, but not more often than
        ``retry_seconds``: made-up ids must not cause a request each.

        Raises:
            StoreUnavailable: the keys cannot be read.
        """
        keys = await self._cache.get()
        if kid not in keys:
            keys = await self._cache.get(fresh_seconds=self._limits.retry_seconds)
        return keys.get(kid)

    async def aclose(self) -> None:
        """Cancel a running read and close the connections."""
        await self._cache.aclose()
        await self._client.aclose()

    async def _load(self) -> Keys:
        try:
            async with asyncio.timeout(self._timeout_seconds), self._client.stream("GET", self._url) as response:
                if response.status_code != httpx.codes.OK:
                    raise StoreUnavailable(f"{self._setting} returned the HTTP status {response.status_code}.")
                body = await _collect(response, self._setting)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise StoreTimeout from error
        except httpx.HTTPError as error:
            raise StoreUnavailable(f"{self._setting} cannot be reached: {type(error).__name__}") from error
        return _keys(body, self._setting)


async def _collect(response: httpx.Response, setting: str) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > JWKS_BYTES_MAX:
            raise StoreProtocolError(f"The response of {setting} has more than {JWKS_BYTES_MAX} bytes.")
    return bytes(body)


def _keys(body: bytes, setting: str) -> Keys:
    try:
        listed = orjson.loads(body)["keys"]
        return {each["kid"]: PyJWK.from_dict(each, JWKS_ALGORITHM) for each in listed[:KEYS_MAX] if _is_usable(each)}
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise StoreProtocolError(f"The response of {setting} is not a JSON Web Key Set.") from error


def _is_usable(key: dict[str, Any]) -> bool:
    return (
        key.get("kty") == "RSA"
        and isinstance(key.get("kid"), str)
        and len(key["kid"]) <= KID_CHARACTERS_MAX
        and key.get("use", "sig") == "sig"
        and key.get("alg", JWKS_ALGORITHM) == JWKS_ALGORITHM
        and isinstance(key.get("n"), str)
        and KEY_BITS_MIN <= len(key["n"]) * 6 <= KEY_BITS_MAX + 6  # base64: 6 bits per character, rounded up
    )


class ExternalTokenVerifier:
    """Implements TokenVerifier for tokens of one external issuer for one audience."""

    def __init__(self, keys: JwksKeys, *, issuer: str, audience: str, clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._clock = clock

    async def verify(self, access_token: str) -> Identity:
        """Return the identity in the token; unknown scopes are ignored.

        Raises:
            Unauthenticated: the key id is unknown, the issuer or the audience is another one, or the token was
                modified, is expired or is valid for too long.
            StoreUnavailable: the keys of the issuer cannot be read.
        """
        claims = await verified_claims(
            access_token, self._keys, required=REQUIRED_CLAIMS, issuer=self._issuer, audience=self._audience
        )
        return Identity(
            kind=IdentityKind.EXTERNAL,
            name=claims["sub"],
            scopes=_scopes(claims),
            expires_at=checked_expiry(claims, self._clock()),
        )


async def verified_claims(
    token: str, keys: JwksKeys, *, required: Sequence[str], issuer: str | Sequence[str], audience: str
) -> dict[str, Any]:
    """Return the claims of a token that one of the keys has signed; its times are not checked.

    Raises:
        Unauthenticated: the key id is unknown, the issuer or the audience is another one, a required claim is missing,
            or the token was modified.
        StoreUnavailable: the keys cannot be read.
    """
    key = await _find_key(token, keys)
    claims = decode(token, key, algorithm=JWKS_ALGORITHM, required=required, issuer=issuer, audience=audience)
    if not 0 < len(claims["sub"]) <= SUBJECT_CHARACTERS_MAX:
        raise Unauthenticated(INVALID)
    return claims


async def _find_key(token: str, keys: JwksKeys) -> PyJWK:
    kid = unverified_header(token).get("kid")
    if not isinstance(kid, str) or len(kid) > KID_CHARACTERS_MAX:
        raise Unauthenticated(INVALID)
    key = await keys.find(kid)
    if key is None:
        raise Unauthenticated(INVALID)
    return key


def checked_expiry(claims: dict[str, Any], now: datetime, *, lifetime_max: timedelta = LIFETIME_MAX) -> datetime:
    """Return the time at which the token expires.

    Raises:
        Unauthenticated: the token is expired, not valid yet, or valid for more than ``lifetime_max``.
    """
    expires_at, issued_at = expiry(claims, now, clock_skew=CLOCK_SKEW), time_claim(claims, "iat")
    if issued_at > now + CLOCK_SKEW:
        raise Unauthenticated("The token is not valid yet.")
    if expires_at - issued_at > lifetime_max:
        hours = lifetime_max // timedelta(hours=1)
        raise Unauthenticated(f"The token is valid for more than {hours} hours; request one with a shorter lifetime.")
    return expires_at


def _scopes(claims: dict[str, Any]) -> frozenset[str]:
    """Return the known scopes in the claims ``scope`` (RFC 8693: text) and ``scp`` (text or a list)."""
    named: list[Any] = []
    for claim in (claims.get("scope"), claims.get("scp")):
        named.extend(claim.split() if isinstance(claim, str) else claim if isinstance(claim, list) else ())
    return frozenset(scope.value for scope in Scope if scope.value in named)
