"""Tests of authentication: which results are cached, and for how long."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from arcbeat.api.access.authentication import CACHED_FOR, Authentication
from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.identity.api_keys import ApiKey, ApiKeyPurpose, ApiKeySecret
from arcbeat.domain.identity.identity import Identity, IdentityKind, Scope
from tests.support.clocks import Clock

SECRET = ApiKeySecret.new()


@dataclass
class Ports:
    """All ports of authentication: they know one token and one API key, and whether both are revoked."""

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
            purpose=ApiKeyPurpose.PROGRAM,
            scopes=frozenset({Scope.DEVICE_READ}),
            key_hash=SECRET.hash,
            created_by="test",
            created_at=self.clock.now,
            expires_at=self.ends_at,
            revoked_at=None,
            owner="vera",
            owner_active=True,
        )

    async def is_revoked(self, identity: Identity) -> bool:  # noqa: ARG002 -- the signature of the port
        return self.revoked


async def test_a_verified_token_is_cached_for_a_while() -> None:
    ports = Ports()
    for _ in range(3):
        await ports.authentication.by_token("good")
    at_first = ports.verified

    ports.clock.pass_seconds(CACHED_FOR.total_seconds())
    await ports.authentication.by_token("good")

    assert (at_first, ports.verified) == (1, 2)


async def test_a_cached_token_expires() -> None:
    ports = Ports(lasts=timedelta(seconds=10))
    await ports.authentication.by_token("good")

    ports.clock.pass_seconds(10)

    with pytest.raises(Unauthenticated):
        await ports.authentication.by_token("good")


async def test_a_cached_token_is_rejected_after_its_revocation() -> None:
    ports = Ports()
    await ports.authentication.by_token("good")
    ports.revoked = True

    with pytest.raises(Unauthenticated, match="revoked"):
        await ports.authentication.by_token("good")


async def test_the_rejection_of_a_token_is_not_cached() -> None:
    ports = Ports()
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await ports.authentication.by_token("bad")

    assert ports.verified == 2


async def test_an_api_key_is_valid_until_it_expires() -> None:
    ports = Ports()
    identity = await ports.authentication.by_api_key(SECRET.text)

    ports.clock.pass_seconds(ports.lasts.total_seconds())

    assert (identity.kind, identity.name, set(identity.scopes)) == (IdentityKind.KEY, "gateway", {"device:read"})
    with pytest.raises(Unauthenticated, match="expired"):
        await ports.authentication.by_api_key(SECRET.text)


async def test_a_revoked_or_altered_api_key_is_rejected() -> None:
    ports = Ports()
    other = ApiKeySecret.new()
    mixed = other.text.replace(other.api_key_id, SECRET.api_key_id)
    for wrong in (other.text, mixed, SECRET.text[:-1], SECRET.text + "A", SECRET.text.upper(), ""):
        with pytest.raises(Unauthenticated, match="not valid"):
            await ports.authentication.by_api_key(wrong)
    ports.revoked = True

    with pytest.raises(Unauthenticated, match="revoked"):
        await ports.authentication.by_api_key(SECRET.text)
