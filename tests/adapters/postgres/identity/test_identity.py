"""Concurrent changes of users, sessions, keys and revocations in PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import pytest
import pytest_asyncio

from adapters.identity.api_keys import LIMITS, UNKNOWN_SECONDS, ApiKeyCache
from adapters.identity.revocations import RevocationCache
from adapters.postgres.identity.api_keys import ACTIVE_KEYS_MAX, PostgresApiKeys, read_active_api_keys
from adapters.postgres.identity.revocations import PostgresRevocations
from adapters.postgres.identity.sessions import SESSIONS_PER_USER_MAX, PostgresSessions
from adapters.postgres.identity.users import PostgresUsers
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.errors import Conflict, InvalidCredentials, LastAdmin, StoreUnavailable, Unauthenticated
from arcbeat.domain.identity.api_keys import ApiKeyPurpose, ApiKeySecret, KeysPolicy, NewApiKey
from arcbeat.domain.identity.identity import Identity, IdentityKind, Role, Scope
from arcbeat.domain.identity.sessions import Session
from arcbeat.domain.identity.users import User, UserChange
from tests.support.clocks import Clock
from tests.support.postgres import Server


@dataclass
class Process:
    """The identity adapters of one process."""

    database: Database
    clock: Clock

    def __post_init__(self) -> None:
        self.revocations = RevocationCache(PostgresRevocations(self.database).read, monotonic=self.clock.monotonic)
        self.users = PostgresUsers(self.database, self.revocations.add)
        self.sessions = PostgresSessions(self.database, self.revocations.add)
        self.known_api_keys = ApiKeyCache(partial(read_active_api_keys, self.database), monotonic=self.clock.monotonic)
        self.api_keys = PostgresApiKeys(self.database, self.known_api_keys.add, self.revocations.add)

    async def revoked(self, session: Session) -> bool:
        identity = Identity(
            kind=IdentityKind.USER,
            name=session.username,
            scopes=frozenset(),
            expires_at=session.expires_at,
            session_id=session.session_id,
        )
        return await self.revocations.is_revoked(identity)


@pytest_asyncio.fixture(scope="module")
async def database(postgres_server: Server, template_database: str) -> AsyncIterator[Database]:
    url = postgres_server.create_database(template=template_database)
    async with open_pool(url) as pool:
        yield Database(pool)
    postgres_server.drop_database(url)


@pytest.fixture
def here(database: Database) -> Process:
    return Process(database, Clock())


@pytest.fixture
def there(database: Database) -> Process:
    return Process(database, Clock())


async def added(process: Process, username: str, role: Role = Role.VIEWER) -> User:
    return await process.users.add(User(username=username, role=role, password_hash="hash of a password"), None)


async def begun(process: Process, username: str) -> Session:
    return await process.sessions.begin(await process.users.get(username), frozenset({Scope.DEVICE_READ}))


async def test_no_session_with_old_rights_begins_after_a_change_of_the_user(here: Process) -> None:
    before = await added(here, "racing")

    await here.users.change("racing", UserChange(password_hash="hash of another password"), None)

    with pytest.raises(InvalidCredentials):
        await here.sessions.begin(before, frozenset())


@pytest.mark.parametrize("round_", range(10))
async def test_a_log_in_during_a_change_fails_or_is_revoked(here: Process, there: Process, round_: int) -> None:
    user = await added(here, f"racing-{round_}")

    log_ins, _ = await asyncio.gather(
        asyncio.gather(*(there.sessions.begin(user, frozenset()) for _ in range(4)), return_exceptions=True),
        here.users.change(user.username, UserChange(role=Role.OPERATOR), None),
    )

    for each in log_ins:
        assert isinstance(each, InvalidCredentials) or (isinstance(each, Session) and await here.revoked(each))


async def test_a_log_in_after_a_change_is_not_revoked(here: Process) -> None:
    await added(here, "returning")
    old = await begun(here, "returning")
    await here.users.change("returning", UserChange(role=Role.OPERATOR), None)

    new = await begun(here, "returning")

    assert (await here.revoked(old), await here.revoked(new)) == (True, False)


async def test_two_administrators_cannot_demote_each_other_at_the_same_time(here: Process, there: Process) -> None:
    for _ in range(5):
        for username in ("first", "second"):
            await here.users.put(User(username=username, role=Role.ADMIN, password_hash="x"))

        outcomes = await asyncio.gather(
            here.users.change("first", UserChange(role=Role.VIEWER), None),
            there.users.change("second", UserChange(enabled=False), None),
            return_exceptions=True,
        )

        assert sorted(isinstance(each, LastAdmin) for each in outcomes) == [False, True]


async def test_a_second_use_of_a_refresh_token_ends_the_session(here: Process, there: Process) -> None:
    await added(here, "copied")
    session = await begun(here, "copied")

    outcomes = await asyncio.gather(
        here.sessions.rotate(session.session_id, 0),
        there.sessions.rotate(session.session_id, 0),
        return_exceptions=True,
    )

    assert sorted(isinstance(each, Unauthenticated) for each in outcomes) == [False, True]
    with pytest.raises(Unauthenticated):
        await here.sessions.rotate(session.session_id, 1)
    assert await Process(here.database, Clock()).revoked(session)


async def test_an_unknown_rotation_does_not_end_the_session(here: Process) -> None:
    await added(here, "made-up")
    session = await begun(here, "made-up")

    with pytest.raises(Unauthenticated):
        await here.sessions.rotate(session.session_id, 5)

    assert (await here.sessions.rotate(session.session_id, 0)).rotation == 1


async def test_another_process_sees_a_revocation_after_its_next_read(here: Process, there: Process) -> None:
    await added(here, "leaving")
    session = await begun(here, "leaving")
    before = await there.revoked(session)
    await here.sessions.end(session.session_id)

    at_once_here = await here.revoked(session)
    there.clock.pass_seconds(2.1)

    assert (before, at_once_here, await there.revoked(session)) == (False, True, True)


async def test_the_oldest_session_ends_when_a_user_has_too_many(here: Process) -> None:
    await added(here, "forgetful")
    sessions = [await begun(here, "forgetful") for _ in range(SESSIONS_PER_USER_MAX + 1)]

    revoked = [await here.revoked(each) for each in sessions]

    assert revoked == [True] + [False] * SESSIONS_PER_USER_MAX


async def test_expired_sessions_and_revocations_are_deleted(here: Process, database: Database) -> None:
    for statement in ("delete from t_session", "delete from t_revocation"):
        await database.execute(statement)
    await added(here, "tidy")
    for _ in range(3):
        session = await begun(here, "tidy")
        await here.sessions.end(session.session_id)
    await begun(here, "tidy")
    await database.execute("update t_revocation set expires_at = now() - interval '1 second'")
    await database.execute("update t_session set expires_at = now() - interval '1 second'")

    session = await begun(here, "tidy")
    await here.sessions.end(session.session_id)

    rows = await database.fetch_all("select 1 from t_session where expires_at < now()")
    left = await database.fetch_all("select subject from t_revocation where expires_at < now()")
    assert (len(rows), len(left)) == (0, 0)


async def made(process: Process, name: str) -> ApiKeySecret:
    secret = ApiKeySecret.new()
    await process.api_keys.add(secret, new_key(name, Scope.DEVICE_READ))
    return secret


def new_key(name: str, scope: Scope, creator: Identity | None = None) -> NewApiKey:
    return NewApiKey(
        name=name,
        purpose=ApiKeyPurpose.PROGRAM,
        scopes=frozenset({scope}),
        created_by=creator.name if creator else "test",
        expires_days=None,
        creator=creator,
    )


async def test_a_new_key_is_accepted_at_once_by_its_process_and_soon_by_others(here: Process, there: Process) -> None:
    for process in (here, there):
        assert await process.known_api_keys.find("0" * 16) is None

    secret = await made(here, "travelling")
    at_once = await here.known_api_keys.find(secret.api_key_id)
    there.clock.pass_seconds(UNKNOWN_SECONDS + 0.1)
    elsewhere = await there.known_api_keys.find(secret.api_key_id)

    assert at_once is not None
    assert at_once == elsewhere
    assert at_once.key_hash == secret.hash


async def test_a_revoked_key_is_removed_from_the_cache_by_the_next_read(here: Process, there: Process) -> None:
    secret = await made(here, "lost")
    await there.known_api_keys.find(secret.api_key_id)
    await here.api_keys.revoke(secret.api_key_id, None)

    within = await there.known_api_keys.find(secret.api_key_id)
    there.clock.pass_seconds(LIMITS.fresh_seconds + 0.1)

    assert within is not None
    assert await there.known_api_keys.find(secret.api_key_id) is None


async def test_keys_are_rejected_when_they_cannot_be_read_again(
    postgres_server: Server, template_database: str
) -> None:
    url = postgres_server.create_database(template=template_database)
    async with open_pool(url, wait_seconds=0.2) as pool:
        process = Process(Database(pool), Clock())
        secret = await made(process, "orphan")
        known = await process.known_api_keys.find(secret.api_key_id)
        postgres_server.drop_database(url)
        still = await process.known_api_keys.find(secret.api_key_id)
        process.clock.pass_seconds(LIMITS.age_seconds_max + 0.1)

        assert known == still
        with pytest.raises(StoreUnavailable):
            await process.known_api_keys.find(secret.api_key_id)


async def test_the_number_of_active_keys_is_limited(here: Process, database: Database) -> None:
    await database.execute(
        "insert into t_api_key (api_key_id, name, scopes, key_hash, created_by)"
        " select lpad(to_hex(n), 16, '0'), 'many-' || n, '{admin}', sha256(n::text::bytea), 'test'"
        " from generate_series(1, %s) n",
        (ACTIVE_KEYS_MAX,),
    )

    with pytest.raises(Conflict, match="revoke one first"):
        await made(here, "one-too-many")
    await database.execute("delete from t_api_key where starts_with(name, 'many-')")


async def acting(process: Process, username: str) -> Identity:
    """Return the identity of an administrator who has logged in."""
    await process.users.put(User(username=username, role=Role.ADMIN, password_hash="hash of a password"))
    session = await process.sessions.begin(
        User(username=username, role=Role.ADMIN, password_hash="hash of a password"), Role.ADMIN.scopes
    )
    return Identity(
        kind=IdentityKind.USER,
        name=username,
        scopes=frozenset(Role.ADMIN.scopes),
        expires_at=session.expires_at,
        role=Role.ADMIN,
        session_id=session.session_id,
    )


async def test_a_disabled_admin_can_do_nothing_in_a_process_that_has_not_read_the_revocation(
    here: Process, there: Process
) -> None:
    await acting(here, "remaining")
    fired = await acting(here, "fired")
    victim = await made(here, "victim")
    assert not await there.revocations.is_revoked(fired)
    await here.users.change("fired", UserChange(enabled=False), None)
    assert not await there.revocations.is_revoked(fired)  # not yet known

    for change in (
        there.users.change("fired", UserChange(enabled=True), fired),
        there.users.add(User(username="accomplice", role=Role.ADMIN, password_hash="x"), fired),
        there.users.delete("remaining", fired),
        there.api_keys.add(ApiKeySecret.new(), new_key("back-door", Scope.ADMIN, fired)),
        there.api_keys.revoke(victim.api_key_id, fired),
    ):
        with pytest.raises(Unauthenticated):
            await change


async def test_a_revoked_key_can_do_nothing_in_a_process_that_has_not_read_the_revocation(
    here: Process, there: Process
) -> None:
    secret = await made(here, "stolen")
    stolen = Identity(
        kind=IdentityKind.KEY,
        name="stolen",
        scopes=frozenset(Scope),
        expires_at=None,
        api_key_id=secret.api_key_id,
    )
    await here.api_keys.revoke(secret.api_key_id, None)

    with pytest.raises(Unauthenticated):
        await there.users.add(User(username="accomplice", role=Role.ADMIN, password_hash="x"), stolen)


async def test_a_key_that_is_created_while_its_creator_is_disabled_is_revoked_or_rejected(
    here: Process, there: Process
) -> None:
    for number in range(10):
        await acting(here, "remaining")
        leaver = await acting(here, "leaver")
        secret = ApiKeySecret.new()
        created, _ = await asyncio.gather(
            there.api_keys.add(secret, new_key(f"race-{number}", Scope.ADMIN, leaver)),
            here.users.change("leaver", UserChange(enabled=False), None, KeysPolicy.KEEP),
            return_exceptions=True,
        )

        active = {each.api_key_id for each in await read_active_api_keys(here.database)}
        assert secret.api_key_id not in active, created
