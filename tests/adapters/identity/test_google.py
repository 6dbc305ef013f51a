"""ID tokens of Google service accounts, with the keys on a real HTTP server."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.identity.google import GOOGLE_LIFETIME_MAX, GoogleTokenVerifier
from adapters.identity.issuers import TokenVerifierByIssuer
from adapters.identity.jwks import CLOCK_SKEW, JWKS_ALGORITHM, LIMITS, ExternalTokenVerifier, JwksKeys
from adapters.identity.tokens import ALGORITHM, JwtTokens, TokenVerifierByAlgorithm
from arcbeat.domain.errors import StoreUnavailable, Unauthenticated
from arcbeat.domain.identity.google import GOOGLE_ISSUERS, is_service_account
from arcbeat.domain.identity.identity import IdentityKind
from tests.support.clocks import Clock
from tests.support.jwks import AUDIENCE, GOOGLE_AUDIENCE, ISSUER, SERVICE_ACCOUNT, Issuer, Key, issuing
from tests.support.service import SECRET_KEY

KEY = Key("google-1")
NEXT_KEY = Key("google-2")
EXTERNAL_KEY = Key("external-1")
CLAIMS = ("iss", "aud", "sub", "email", "email_verified", "iat", "exp")
"""Those that a token must have."""


@dataclass
class Trust:
    """The verifier under test, with both issuers that it trusts."""

    google: Issuer
    external: Issuer
    tokens: TokenVerifierByAlgorithm
    clock: Clock

    async def accepts(self, token: str) -> bool:
        try:
            await self.tokens.verify(token)
        except Unauthenticated:
            return False
        return True


@pytest.fixture
def issuers() -> Iterator[tuple[Issuer, Issuer]]:
    with issuing(KEY) as google, issuing(EXTERNAL_KEY) as external:
        yield google, external


@pytest.fixture
async def trust(issuers: tuple[Issuer, Issuer]) -> AsyncIterator[Trust]:
    google, external = issuers
    clock = Clock()
    google_keys = JwksKeys(google.url, setting="GOOGLE_JWKS_URL", monotonic=clock.monotonic)
    external_keys = JwksKeys(external.url, monotonic=clock.monotonic)
    of_google = GoogleTokenVerifier(
        google_keys, audience=GOOGLE_AUDIENCE, service_accounts=[SERVICE_ACCOUNT], clock=clock
    )
    of_external = ExternalTokenVerifier(external_keys, issuer=ISSUER, audience=AUDIENCE, clock=clock)
    by_issuer = TokenVerifierByIssuer({**dict.fromkeys(GOOGLE_ISSUERS, of_google), ISSUER: of_external})
    tokens = TokenVerifierByAlgorithm({ALGORITHM: JwtTokens(SECRET_KEY, clock), JWKS_ALGORITHM: by_issuer})
    yield Trust(google, external, tokens, clock)
    await google_keys.aclose()
    await external_keys.aclose()


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "accounts.google.com"])
async def test_a_service_account_of_the_list_may_start_and_read_jobs(trust: Trust, issuer: str) -> None:
    identity = await trust.tokens.verify(KEY.sign_as_google(now=trust.clock.now, iss=issuer))

    assert (identity.kind, identity.name) == (IdentityKind.GOOGLE, SERVICE_ACCOUNT)
    assert set(identity.scopes) == {"job:read", "job:run"}
    assert identity.expires_at is not None


async def test_scopes_in_the_token_of_a_service_account_are_ignored(trust: Trust) -> None:
    identity = await trust.tokens.verify(KEY.sign_as_google(now=trust.clock.now, scope="admin", scp=["admin"]))

    assert set(identity.scopes) == {"job:read", "job:run"}


@pytest.mark.parametrize("party", ["107517467455664443765", SERVICE_ACCOUNT, None])
async def test_the_authorised_party_is_the_service_account_itself(trust: Trust, party: str | None) -> None:
    assert await trust.accepts(KEY.sign_as_google(now=trust.clock.now, azp=party))


@pytest.mark.parametrize("claim", CLAIMS)
async def test_a_token_without_a_claim_is_rejected(trust: Trust, claim: str) -> None:
    absent: dict[str, Any] = {claim: None}

    assert not await trust.accepts(KEY.sign_as_google(now=trust.clock.now, **absent))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    claim=st.sampled_from([*CLAIMS[:5], "azp"]),
    value=st.recursive(
        st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.sampled_from(["true", "", ISSUER, AUDIENCE]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    ),
)
async def test_a_token_with_any_other_value_of_a_claim_is_rejected(trust: Trust, claim: str, value: Any) -> None:
    now = trust.clock.now
    changed: dict[str, Any] = {claim: value}
    if claim == "sub" and isinstance(value, str) and value:
        changed["azp"] = "another"  # the subject may be any account, but then the party is not the subject
    if json.dumps(value) == json.dumps(True) and claim == "email_verified":
        return

    try:
        token = KEY.sign_as_google(now=now, **changed)
    except (TypeError, ValueError):  # PyJWT does not write it
        return
    assert not await trust.accepts(token)


@pytest.mark.parametrize(
    "changed",
    [
        {"email": "operator@my-project.iam.gserviceaccount.com"},
        {"email": SERVICE_ACCOUNT.upper()},
        {"email": f" {SERVICE_ACCOUNT}"},
        {"email": "person@example.com"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": 1},
        {"aud": f"{GOOGLE_AUDIENCE}/"},
        {"aud": AUDIENCE},
        {"aud": [GOOGLE_AUDIENCE, AUDIENCE]},
        {"aud": [GOOGLE_AUDIENCE]},
        {"azp": "32555940559.apps.googleusercontent.com"},
        {"iss": "https://accounts.google.com/"},
        {"iss": "http://accounts.google.com"},
        {"iss": "https://securetoken.google.com/my-project"},
        {"sub": ""},
        {"sub": "1" * 300},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"iat": 4102444800},
        {"nbf": 4102444800},
    ],
)
async def test_a_token_of_another_account_audience_issuer_or_time_is_rejected(
    trust: Trust, changed: dict[str, Any]
) -> None:
    assert not await trust.accepts(KEY.sign_as_google(now=trust.clock.now, **changed))


async def test_without_a_list_no_account_is_accepted(trust: Trust) -> None:
    keys = JwksKeys(trust.google.url, monotonic=trust.clock.monotonic)
    closed = GoogleTokenVerifier(keys, audience=GOOGLE_AUDIENCE, service_accounts=[], clock=trust.clock)

    with pytest.raises(Unauthenticated):
        await closed.verify(KEY.sign_as_google(now=trust.clock.now))
    await keys.aclose()


@pytest.mark.parametrize(("more_seconds", "accepted"), [(0, True), (1, False)])
async def test_the_lifetime_of_a_token_is_limited(trust: Trust, more_seconds: int, accepted: bool) -> None:
    now = int(trust.clock.now.timestamp())
    expires = now + int(GOOGLE_LIFETIME_MAX.total_seconds()) + more_seconds

    assert await trust.accepts(KEY.sign_as_google(now=trust.clock.now, exp=expires)) is accepted


async def test_an_expired_token_is_rejected_with_the_usual_text(trust: Trust) -> None:
    token = KEY.sign_as_google(now=trust.clock.now)
    trust.clock.pass_seconds(3600)

    with pytest.raises(Unauthenticated, match=r"^The token is expired\.$"):
        await trust.tokens.verify(token)


@pytest.mark.parametrize(("more_seconds", "accepted"), [(0, True), (1, False)])
async def test_the_clock_of_google_may_be_a_little_ahead(trust: Trust, more_seconds: int, accepted: bool) -> None:
    begins = int(trust.clock.now.timestamp() + CLOCK_SKEW.total_seconds()) + more_seconds

    assert await trust.accepts(KEY.sign_as_google(now=trust.clock.now, iat=begins)) is accepted


async def test_each_issuer_signs_only_its_own_tokens(trust: Trust) -> None:
    now = trust.clock.now
    as_google = EXTERNAL_KEY.sign_as_google(now=now)
    as_google_with_its_key_id = EXTERNAL_KEY.sign_as_google(now=now, kid=KEY.kid)
    as_external = KEY.sign(now=now, scope="admin")
    as_external_with_its_key_id = KEY.sign(now=now, scope="admin", kid=EXTERNAL_KEY.kid)

    assert await trust.accepts(KEY.sign_as_google(now=now))
    assert await trust.accepts(EXTERNAL_KEY.sign(now=now))
    for token in (as_google, as_google_with_its_key_id, as_external, as_external_with_its_key_id):
        assert not await trust.accepts(token)


async def test_each_issuer_is_held_to_its_own_rules(trust: Trust) -> None:
    now = trust.clock.now
    google_with_the_other_audience = KEY.sign_as_google(now=now, aud=AUDIENCE, scope="admin")
    external_with_the_claims_of_google = EXTERNAL_KEY.sign(
        now=now, aud=GOOGLE_AUDIENCE, email=SERVICE_ACCOUNT, email_verified=True
    )
    external_with_an_address = await trust.tokens.verify(
        EXTERNAL_KEY.sign(now=now, sub=SERVICE_ACCOUNT, email=SERVICE_ACCOUNT, email_verified=True)
    )

    assert not await trust.accepts(google_with_the_other_audience)
    assert not await trust.accepts(external_with_the_claims_of_google)
    assert (external_with_an_address.kind, set(external_with_an_address.scopes)) == (
        IdentityKind.EXTERNAL,
        {"device:read"},
    )


async def test_a_token_of_an_unknown_issuer_causes_no_read_of_keys(trust: Trust) -> None:
    changed: list[Any] = [None, "https://another.example", 5, [ISSUER], {"iss": ISSUER}]
    for issuer in changed:
        assert not await trust.accepts(_with_issuer(issuer, trust))

    assert (trust.google.request_count, trust.external.request_count) == (0, 0)


def _with_issuer(issuer: Any, trust: Trust) -> str:
    """Return a token with any value of `iss`, which PyJWT itself refuses to write; its signature is not valid."""
    head, body, mark = KEY.sign_as_google(now=trust.clock.now, iss=None).split(".")
    written = urlsafe_b64encode(json.dumps({"iss": issuer, "sub": "1"}).encode()).rstrip(b"=").decode()
    return f"{head}.{written if issuer is not None else body}.{mark}"


async def test_a_token_whose_signature_cloud_run_has_removed_is_rejected(trust: Trust) -> None:
    head, body, _ = KEY.sign_as_google(now=trust.clock.now).split(".")

    assert not await trust.accepts(f"{head}.{body}.SIGNATURE_REMOVED_BY_GOOGLE")


async def test_a_new_key_of_google_is_found_and_a_withdrawn_one_is_rejected(trust: Trust) -> None:
    await trust.tokens.verify(KEY.sign_as_google(now=trust.clock.now))
    trust.google.keys[:] = [NEXT_KEY]
    assert not await trust.accepts(NEXT_KEY.sign_as_google(now=trust.clock.now))  # keys were read a moment ago

    trust.clock.pass_seconds(LIMITS.retry_seconds + 1)
    assert await trust.accepts(NEXT_KEY.sign_as_google(now=trust.clock.now))
    assert not await trust.accepts(KEY.sign_as_google(now=trust.clock.now))
    assert trust.google.request_count == 2


async def test_the_error_names_the_setting_when_the_keys_cannot_be_read(trust: Trust) -> None:
    trust.google.status = 500

    with pytest.raises(StoreUnavailable) as caught:
        await trust.tokens.verify(KEY.sign_as_google(now=trust.clock.now))
    assert "GOOGLE_JWKS_URL returned the HTTP status 500" in str(caught.value.__cause__)
    assert await trust.accepts(EXTERNAL_KEY.sign(now=trust.clock.now))  # the other issuer is not affected


@pytest.mark.parametrize("algorithm", ["HS256", "none", "RS512"])
async def test_a_token_with_another_algorithm_is_rejected(trust: Trust, algorithm: str) -> None:
    body = KEY.sign_as_google(now=trust.clock.now).split(".")[1]
    head = urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": "JWT", "kid": KEY.kid}).encode()).rstrip(b"=")
    message = head + b"." + body.encode()
    mark = urlsafe_b64encode(hmac.digest(KEY.pem, message, hashlib.sha256)).rstrip(b"=")

    for signature in (mark, b""):
        assert not await trust.accepts((message + b"." + signature).decode())


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (SERVICE_ACCOUNT, True),
        ("123456789012-compute@developer.gserviceaccount.com", True),
        ("my-project@appspot.gserviceaccount.com", True),
        ("service-123456789012@gcp-sa-cloudscheduler.iam.gserviceaccount.com", True),
        ("Scheduler@my-project.iam.gserviceaccount.com", False),
        ("person@example.com", False),
        ("person@gserviceaccount.com.example.com", False),
        ("person@evilgserviceaccount.com", False),
        ("@my-project.iam.gserviceaccount.com", False),
        (f"{SERVICE_ACCOUNT}\n", False),
        ("", False),
    ],
)
def test_only_addresses_of_service_accounts_can_be_listed(address: str, expected: bool) -> None:
    assert is_service_account(address) is expected
