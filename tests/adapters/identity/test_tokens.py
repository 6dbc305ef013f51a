"""Tokens issued by the service."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from adapters.identity.tokens import ALGORITHM, JwtTokens, TokenVerifierByAlgorithm
from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.identity.identity import IdentityKind, Role, Scope
from arcbeat.domain.identity.sessions import Session
from tests.support.clocks import Clock

SECRET_KEY = "fedcba9876543210" * 4


@pytest.fixture
def clock() -> Clock:
    # far from the clock of the machine: only the injected clock may be used
    return Clock(datetime(2040, 1, 1, 12, 0, 0, tzinfo=UTC))


@pytest.fixture
def tokens(clock: Clock) -> JwtTokens:
    return JwtTokens(SECRET_KEY, clock)


def session(clock: Clock, lasts: timedelta = timedelta(days=14)) -> Session:
    return Session(
        session_id=7,
        username="vera",
        role=Role.VIEWER,
        scopes=frozenset({Scope.DEVICE_READ}),
        rotation=3,
        expires_at=clock.now + lasts,
    )


async def test_a_token_contains_the_identity_and_the_expiry(tokens: JwtTokens, clock: Clock) -> None:
    issued = tokens.issue(session(clock))

    identity = await tokens.verify(issued.access_token)

    assert (identity.kind, identity.name, identity.role) == (IdentityKind.USER, "vera", Role.VIEWER)
    assert (set(identity.scopes), identity.session_id) == ({"device:read"}, 7)
    assert identity.expires_at == clock.now + timedelta(seconds=issued.expires_in_seconds)


async def test_a_token_expires_by_the_injected_clock(tokens: JwtTokens, clock: Clock) -> None:
    issued = tokens.issue(session(clock))

    clock.pass_seconds(issued.expires_in_seconds - 1)
    await tokens.verify(issued.access_token)
    clock.pass_seconds(1)

    with pytest.raises(Unauthenticated, match="expired"):
        await tokens.verify(issued.access_token)


async def test_no_token_expires_after_its_session(tokens: JwtTokens, clock: Clock) -> None:
    issued = tokens.issue(session(clock, timedelta(minutes=5)))

    assert (issued.expires_in_seconds, issued.refresh_expires_in_seconds) == (300, 300)


async def test_a_refresh_token_contains_its_session_and_rotation(tokens: JwtTokens, clock: Clock) -> None:
    claims = tokens.read_refresh_token(tokens.issue(session(clock)).refresh_token)

    assert (claims.session_id, claims.rotation, claims.username) == (7, 3, "vera")


async def test_neither_kind_of_token_is_accepted_as_the_other(tokens: JwtTokens, clock: Clock) -> None:
    issued = tokens.issue(session(clock))

    with pytest.raises(Unauthenticated):
        await tokens.verify(issued.refresh_token)
    with pytest.raises(Unauthenticated):
        tokens.read_refresh_token(issued.access_token)


def claims_of(tokens: JwtTokens, clock: Clock) -> dict[str, Any]:
    access_token = tokens.issue(session(clock)).access_token
    claims: dict[str, Any] = jwt.decode(access_token, options={"verify_signature": False})
    return claims


@pytest.mark.parametrize("missing", ["sub", "exp", "iat", "iss", "jti", "sid", "role", "scope"])
async def test_a_token_without_a_required_claim_is_rejected(tokens: JwtTokens, clock: Clock, missing: str) -> None:
    claims = claims_of(tokens, clock)
    del claims[missing]

    with pytest.raises(Unauthenticated):
        await tokens.verify(jwt.encode(claims, SECRET_KEY, algorithm=ALGORITHM))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "another issuer"},
        {"exp": "soon"},
        {"exp": 1e300},
        {"exp": None},
        {"nbf": 4102444800},
        {"aud": "x"},
        {"sub": 5},
        {"role": "king"},
        {"scope": 5},
        {"sid": "x"},
    ],
)
async def test_a_token_with_a_malformed_claim_is_rejected(
    tokens: JwtTokens, clock: Clock, changed: dict[str, Any]
) -> None:
    claims = {**claims_of(tokens, clock), **changed}

    with pytest.raises(Unauthenticated):
        await tokens.verify(jwt.encode(claims, SECRET_KEY, algorithm=ALGORITHM))


@pytest.mark.parametrize(("algorithm", "secret"), [("none", ""), ("HS512", SECRET_KEY)])
async def test_an_algorithm_without_a_verifier_is_rejected(
    tokens: JwtTokens, clock: Clock, algorithm: str, secret: str
) -> None:
    signed = jwt.encode(claims_of(tokens, clock), secret, algorithm=algorithm)

    for verifier in (tokens, TokenVerifierByAlgorithm({ALGORITHM: tokens})):
        with pytest.raises(Unauthenticated):
            await verifier.verify(signed)


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é" * 10, "x" * 10_000, "eyJhbGciOiBbXX0.e30."])
async def test_a_text_that_is_not_a_token_is_rejected(tokens: JwtTokens, text: str) -> None:
    with pytest.raises(Unauthenticated):
        await TokenVerifierByAlgorithm({ALGORITHM: tokens}).verify(text)
