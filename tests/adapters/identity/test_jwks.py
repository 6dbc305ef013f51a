"""Tokens of an external issuer, with its keys on a real HTTP server."""

import hashlib
import hmac
import socket
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from adapters.identity.jwks import CLOCK_SKEW, JWKS_BYTES_MAX, LIFETIME_MAX, LIMITS, ExternalTokenVerifier, JwksKeys
from adapters.identity.tokens import ISSUER as OURS
from arcbeat.domain.errors import StoreTimeout, StoreUnavailable, Unauthenticated
from arcbeat.domain.identity.identity import IdentityKind
from tests.support.clocks import Clock
from tests.support.jwks import AUDIENCE, ISSUER, Issuer, Key, issuing

KEY = Key("first")
OTHER = Key("second")


@dataclass
class Trust:
    """The verifier under test, and the issuer that it trusts."""

    issuer: Issuer
    tokens: ExternalTokenVerifier
    keys: JwksKeys
    clock: Clock


def verifier(keys: JwksKeys, clock: Clock) -> ExternalTokenVerifier:
    return ExternalTokenVerifier(keys, issuer=ISSUER, audience=AUDIENCE, clock=clock)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing(KEY) as running:
        yield running


@pytest.fixture
async def trust(issuer: Issuer) -> AsyncIterator[Trust]:
    clock = Clock()
    keys = JwksKeys(issuer.url, monotonic=clock.monotonic)
    yield Trust(issuer, verifier(keys, clock), keys, clock)
    await keys.aclose()


async def test_a_token_of_the_issuer_for_the_configured_audience_is_accepted(trust: Trust) -> None:
    identity = await trust.tokens.verify(KEY.sign(now=trust.clock.now))

    assert (identity.kind, identity.name, set(identity.scopes)) == (
        IdentityKind.EXTERNAL,
        "external-user",
        {"device:read"},
    )
    assert (identity.role, identity.session_id) == (None, None)


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "telemetry:read device:read openid"}, {"telemetry:read", "device:read"}),
        ({"scope": None, "scp": ["telemetry:read", "profile"]}, {"telemetry:read"}),
        ({"scope": None, "scp": "telemetry:read admin"}, {"telemetry:read", "admin"}),
        ({"scope": None}, set()),
        ({"scope": 5, "scp": {"admin": True}}, set()),
        ({"scope": None, "scp": [["admin"], 5]}, set()),
    ],
)
async def test_scopes_are_read_from_scope_and_scp_and_unknown_ones_are_ignored(
    trust: Trust, claims: dict[str, Any], scopes: set[str]
) -> None:
    assert (await trust.tokens.verify(KEY.sign(now=trust.clock.now, **claims))).scopes == scopes


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another service"},
        {"aud": None},
        {"iss": OURS},
        {"iss": None},
        {"iss": "https://another.example"},
        {"iss": f"{ISSUER}/"},
        {"iat": None},
        {"iat": "yesterday"},
        {"iat": 4102444800},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 300},
        {"exp": None},
        {"exp": 1},
        {"nbf": 4102444800},
    ],
)
async def test_a_token_of_another_issuer_or_for_another_audience_or_time_is_rejected(
    trust: Trust, changed: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        await trust.tokens.verify(KEY.sign(now=trust.clock.now, **changed))


@pytest.mark.parametrize(("more_seconds", "accepted"), [(0, True), (1, False)])
async def test_the_lifetime_of_a_token_is_limited(trust: Trust, more_seconds: int, accepted: bool) -> None:
    now = int(trust.clock.now.timestamp())
    token = KEY.sign(now=trust.clock.now, iat=now, exp=now + int(LIFETIME_MAX.total_seconds()) + more_seconds)

    assert await is_accepted(trust, token) is accepted


@pytest.mark.parametrize("claim", ["iat", "nbf"])
@pytest.mark.parametrize(("more_seconds", "accepted"), [(0, True), (1, False)])
async def test_the_clock_of_the_issuer_may_be_a_little_ahead(
    trust: Trust, claim: str, more_seconds: int, accepted: bool
) -> None:
    begins = int(trust.clock.now.timestamp()) + int(CLOCK_SKEW.total_seconds()) + more_seconds
    claims: dict[str, Any] = {claim: begins}

    assert await is_accepted(trust, KEY.sign(now=trust.clock.now, **claims)) is accepted


async def test_a_long_key_id_is_rejected_without_a_read_of_the_keys(trust: Trust) -> None:
    assert not await is_accepted(trust, KEY.sign(kid="x" * 256, now=trust.clock.now))
    assert trust.issuer.request_count == 0


async def is_accepted(trust: Trust, token: str) -> bool:
    try:
        await trust.tokens.verify(token)
    except Unauthenticated:
        return False
    return True


async def test_a_signature_by_another_key_with_a_known_key_id_is_rejected(trust: Trust) -> None:
    with pytest.raises(Unauthenticated):
        await trust.tokens.verify(OTHER.sign(kid="first", now=trust.clock.now))


async def test_a_public_key_is_not_accepted_as_an_hmac_secret(trust: Trust) -> None:
    # A token signed with the public key as an HMAC secret; PyJWT itself refuses to create one.
    signed = KEY.sign(now=trust.clock.now)
    head = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT","kid":"first"}').rstrip(b"=")
    message = head + b"." + signed.split(".")[1].encode()
    mark = urlsafe_b64encode(hmac.digest(KEY.pem, message, hashlib.sha256)).rstrip(b"=")

    with pytest.raises(Unauthenticated):
        await trust.tokens.verify((message + b"." + mark).decode())


@pytest.mark.parametrize("headers", [{}, {"kid": 5}, {"kid": ["first"]}])
async def test_a_token_without_a_key_id_is_rejected(trust: Trust, headers: dict[str, Any]) -> None:
    _, body, mark = KEY.sign(now=trust.clock.now).split(".")
    named = urlsafe_b64encode(repr({"alg": "RS256", **headers}).replace("'", '"').encode()).rstrip(b"=").decode()

    with pytest.raises(Unauthenticated):
        await trust.tokens.verify(f"{named}.{body}.{mark}")
    assert trust.issuer.request_count == 0


async def test_many_tokens_need_one_read_of_the_keys(trust: Trust) -> None:
    for _ in range(5):
        await trust.tokens.verify(KEY.sign(now=trust.clock.now))

    assert trust.issuer.request_count == 1


async def test_a_new_key_is_found_but_unknown_key_ids_do_not_cause_a_read_each(trust: Trust) -> None:
    await trust.tokens.verify(KEY.sign(now=trust.clock.now))
    trust.issuer.keys.append(OTHER)
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            await trust.tokens.verify(OTHER.sign(now=trust.clock.now))
    count_at_first = trust.issuer.request_count

    trust.clock.pass_seconds(LIMITS.retry_seconds + 1)
    identity = await trust.tokens.verify(OTHER.sign(now=trust.clock.now))

    assert (count_at_first, trust.issuer.request_count, identity.name) == (1, 2, "external-user")


async def test_a_withdrawn_key_is_rejected_after_the_next_read(trust: Trust) -> None:
    await trust.tokens.verify(KEY.sign(now=trust.clock.now))
    trust.issuer.keys[:] = [OTHER]

    trust.clock.pass_seconds(LIMITS.fresh_seconds + 1)

    with pytest.raises(Unauthenticated):
        await trust.tokens.verify(KEY.sign(now=trust.clock.now))


async def test_tokens_are_accepted_for_a_while_when_the_issuer_is_unavailable(trust: Trust) -> None:
    await trust.tokens.verify(KEY.sign(now=trust.clock.now))
    trust.issuer.status = 500

    trust.clock.pass_seconds(LIMITS.age_seconds_max)
    identity = await trust.tokens.verify(KEY.sign(now=trust.clock.now))
    trust.clock.pass_seconds(1)

    assert identity.name == "external-user"
    with pytest.raises(StoreUnavailable):
        await trust.tokens.verify(KEY.sign(now=trust.clock.now))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"{}"),
        (302, b"{}"),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"keys": 5}'),
        (200, b'{"keys": [5]}'),
        (200, b'{"keys": [{"kty": "RSA", "kid": "first", "n": "' + b"A" * 400 + b'"}]}'),
        (200, b" " * (JWKS_BYTES_MAX + 1)),
    ],
)
async def test_tokens_are_rejected_when_the_keys_are_malformed(trust: Trust, status: int, body: bytes) -> None:
    trust.issuer.status, trust.issuer.body = status, body

    with pytest.raises(StoreUnavailable):
        await trust.tokens.verify(KEY.sign(now=trust.clock.now))


async def test_tokens_are_rejected_when_the_issuer_cannot_be_reached() -> None:
    with issuing(KEY) as gone:
        url = gone.url
    clock = Clock()
    keys = JwksKeys(url, monotonic=clock.monotonic)

    with pytest.raises(StoreUnavailable):
        await verifier(keys, clock).verify(KEY.sign(now=clock.now))
    await keys.aclose()


async def test_tokens_are_rejected_after_a_timeout_when_the_issuer_hangs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        clock = Clock()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/jwks"
        keys = JwksKeys(url, timeout_seconds=0.05, monotonic=clock.monotonic)

        with pytest.raises(StoreUnavailable) as caught:
            await verifier(keys, clock).verify(KEY.sign(now=clock.now))
        await keys.aclose()

    assert isinstance(caught.value.__cause__, StoreTimeout)


@pytest.mark.parametrize("changed", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct", "k": "c2VjcmV0"}, {"kid": None}])
async def test_keys_for_other_uses_are_ignored(trust: Trust, changed: dict[str, Any]) -> None:
    trust.issuer.body = orjson.dumps({"keys": [{**KEY.jwk, **changed}]})

    with pytest.raises(Unauthenticated):
        await trust.tokens.verify(KEY.sign(now=trust.clock.now))


async def test_a_key_that_is_too_long_is_ignored(trust: Trust) -> None:
    trust.issuer.body = orjson.dumps({"keys": [{**KEY.jwk, "n": "x" * 1400}]})

    assert not await is_accepted(trust, KEY.sign(now=trust.clock.now))


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_a_key_that_is_too_short_is_ignored(trust: Trust) -> None:
    short = Key("short", bits=1024)
    trust.issuer.keys[:] = [short]

    with pytest.raises(Unauthenticated):
        await trust.tokens.verify(short.sign(now=trust.clock.now))
