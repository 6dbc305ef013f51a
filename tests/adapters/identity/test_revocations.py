"""The revocation cache of one process."""

from datetime import UTC, datetime

import pytest

from adapters.identity.revocations import LIMITS, RevocationCache
from arcbeat.domain.errors import StoreUnavailable
from arcbeat.domain.identity.identity import Identity, IdentityKind
from arcbeat.domain.identity.sessions import Revocation, RevocationKind
from tests.support.clocks import Clock

NEVER = datetime(2999, 1, 1, tzinfo=UTC)


def user(name: str, session_id: int) -> Identity:
    return Identity(kind=IdentityKind.USER, name=name, scopes=frozenset(), expires_at=NEVER, session_id=session_id)


class Table:
    """The table that all processes share."""

    def __init__(self) -> None:
        self.rows: list[Revocation] = []
        self.is_unavailable = False

    async def read(self) -> list[Revocation]:
        if self.is_unavailable:
            raise StoreUnavailable
        return list(self.rows)


def process(table: Table, clock: Clock) -> RevocationCache:
    return RevocationCache(table.read, monotonic=clock.monotonic)


async def test_revoking_a_session_a_user_or_a_key_affects_no_others() -> None:
    table = Table()
    table.rows = [
        Revocation(RevocationKind.SESSION, "7"),
        Revocation(RevocationKind.USER, "vera", 5),
        Revocation(RevocationKind.KEY, "0123456789abcdef"),
    ]
    revocations = process(table, Clock())
    key = Identity(
        kind=IdentityKind.KEY, name="vera", scopes=frozenset(), expires_at=None, api_key_id="0123456789abcdef"
    )
    external = Identity(kind=IdentityKind.EXTERNAL, name="vera", scopes=frozenset(), expires_at=NEVER)

    revoked = {
        name: await revocations.is_revoked(identity)
        for name, identity in {
            "the session": user("otto", 7),
            "another session": user("otto", 8),
            "a session of the user before": user("vera", 5),
            "one after": user("vera", 6),
            "the key": key,
            "an external identity with that name": external,
        }.items()
    }

    assert revoked == {
        "the session": True,
        "another session": False,
        "a session of the user before": True,
        "one after": False,
        "the key": True,
        "an external identity with that name": False,
    }


async def test_another_process_sees_a_revocation_with_its_next_read() -> None:
    table, clock = Table(), Clock()
    other = process(table, clock)
    before = await other.is_revoked(user("otto", 7))
    table.rows = [Revocation(RevocationKind.SESSION, "7")]

    clock.pass_seconds(LIMITS.fresh_seconds)
    still = await other.is_revoked(user("otto", 7))
    clock.pass_seconds(0.1)

    assert (before, still, await other.is_revoked(user("otto", 7))) == (False, False, True)


async def test_the_revoking_process_applies_a_revocation_at_once_and_permanently() -> None:
    table, clock = Table(), Clock()
    own = process(table, clock)
    await own.is_revoked(user("otto", 7))
    revocation = Revocation(RevocationKind.SESSION, "7")
    table.rows = [revocation]

    own.add(revocation)
    at_once = await own.is_revoked(user("otto", 7))
    clock.pass_seconds(3)

    assert (at_once, await own.is_revoked(user("otto", 7))) == (True, True)


async def test_a_revocation_added_during_a_read_is_not_lost() -> None:
    table, clock = Table(), Clock()
    revocation = Revocation(RevocationKind.SESSION, "7")

    async def read() -> list[Revocation]:
        rows = await table.read()
        clock.pass_seconds(0.1)
        own.add(revocation)
        return rows

    own = RevocationCache(read, monotonic=clock.monotonic)

    assert await own.is_revoked(user("otto", 7))


async def test_cached_revocations_are_used_for_a_while_when_the_database_is_unavailable() -> None:
    table, clock = Table(), Clock()
    table.rows = [Revocation(RevocationKind.SESSION, "7")]
    revocations = process(table, clock)
    await revocations.is_revoked(user("otto", 7))
    table.is_unavailable = True

    clock.pass_seconds(LIMITS.age_seconds_max)
    known = [await revocations.is_revoked(user("otto", session_id)) for session_id in (7, 8)]
    clock.pass_seconds(0.1)

    assert known == [True, False]
    with pytest.raises(StoreUnavailable):
        await revocations.is_revoked(user("otto", 8))


async def test_without_a_first_read_every_identity_is_rejected() -> None:
    table = Table()
    table.is_unavailable = True

    with pytest.raises(StoreUnavailable):
        await process(table, Clock()).is_revoked(user("otto", 7))
