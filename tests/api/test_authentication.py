"""Who bears credentials: what is remembered of them, and for how long."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from arcbeat.api.access.authentication import CACHED_FOR, Authentication
from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.identity.api_keys import ApiKey, ApiKeySecret
from arcbeat.domain.identity.identity import Identity, IdentityKind, Scope
from tests.support.clocks import Clock

SECRET = ApiKeySecret.new()


@dataclass
class Office:
    """Every port that authentication asks: one token, one key, and whether they are revoked."""

    clock: Clock = field(default_factory=Clock)
    lasts: timedelta = timedelta(hours=1)
    verified: int = 0
    revoked: bool = False

    def __post_init__(self) -> None:
        self.ends_at = self.clock.now + self.lasts
        self.authentication = Authentication(self, self, self, self.clock)

    async def verify(self, access_token: str) -> Identity:
        self.verified += 1
        if access_token != "good" or self.clock.now >= self.ends_at:
            raise Unauthenticated
        return Identity(kind=IdentityKind.USER, name="vera", scopes=frozenset(), expires_at=self.ends_at)

    async def find(self, api_key_id: str) -> ApiKey | None:
        if api_key_id != SECRET.api_key_id:
            return None
        return ApiKey(
            api_key_id=api_key_id,
            name="gateway",
            scopes=frozenset({Scope.DEVICE_READ}),
            key_hash=SECRET.hash,
            created_by="test",
            created_at=self.clock.now,
            expires_at=self.ends_at,
            revoked_at=None,
        )

    async def is_revoked(self, identity: Identity) -> bool:  # noqa: ARG002 -- the shape of the port
        return self.revoked


async def test_a_token_is_verified_once_and_remembered_for_a_while() -> None:
    office = Office()
    for _ in range(3):
        await office.authentication.by_token("good")
    at_first = office.verified

    office.clock.pass_seconds(CACHED_FOR.total_seconds())
    await office.authentication.by_token("good")

    assert (at_first, office.verified) == (1, 2)


async def test_a_remembered_token_ends_when_it_ends() -> None:
    office = Office(lasts=timedelta(seconds=10))
    await office.authentication.by_token("good")

    office.clock.pass_seconds(10)

    with pytest.raises(Unauthenticated):
        await office.authentication.by_token("good")


async def test_a_remembered_token_is_refused_once_it_is_revoked() -> None:
    office = Office()
    await office.authentication.by_token("good")
    office.revoked = True

    with pytest.raises(Unauthenticated, match="revoked"):
        await office.authentication.by_token("good")


async def test_a_token_that_is_wrong_is_never_remembered() -> None:
    office = Office()
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await office.authentication.by_token("bad")

    assert office.verified == 2


async def test_a_key_lets_its_bearer_in_until_it_ends() -> None:
    office = Office()
    identity = await office.authentication.by_api_key(SECRET.text)

    office.clock.pass_seconds(office.lasts.total_seconds())

    assert (identity.kind, identity.name, set(identity.scopes)) == (IdentityKind.KEY, "gateway", {"device:read"})
    with pytest.raises(Unauthenticated, match="expired"):
        await office.authentication.by_api_key(SECRET.text)


async def test_a_key_that_is_revoked_or_not_exactly_right_lets_nobody_in() -> None:
    office = Office()
    other = ApiKeySecret.new()
    mixed = other.text.replace(other.api_key_id, SECRET.api_key_id)
    for wrong in (other.text, mixed, SECRET.text[:-1], SECRET.text + "A", SECRET.text.upper(), ""):
        with pytest.raises(Unauthenticated, match="not valid"):
            await office.authentication.by_api_key(wrong)
    office.revoked = True

    with pytest.raises(Unauthenticated, match="revoked"):
        await office.authentication.by_api_key(SECRET.text)
