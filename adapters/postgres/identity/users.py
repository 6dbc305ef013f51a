"""The users, in t_user of PostgreSQL."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from adapters.postgres.identity.administrators import LOCK_ADMINS, lock_administration
from adapters.postgres.identity.keys_of_users import settle_keys
from adapters.postgres.identity.revocations import revoke_user
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.errors import AlreadyExists, LastAdmin, UnknownUser
from arcbeat.domain.identity.api_keys import KeysPolicy
from arcbeat.domain.identity.identity import Identity, Role
from arcbeat.domain.identity.sessions import Revocation
from arcbeat.domain.identity.users import User, UserChange, UserPage

_COLUMNS = "username, role, password_hash, enabled, created_at"
FIND = f"select {_COLUMNS} from t_user where username = %s"  # noqa: S608 -- a constant
FIND_LOCKED = f"{FIND} for update"
# strpos instead of like: a keyword may contain % and _. Every row carries the total; a page past the end has one row
# with the total and nulls.
PAGE = f"""
with fitting as (
    select {_COLUMNS} from t_user where strpos(lower(username), lower(%(keyword)s)) > 0)
select counted.total, page.*
  from (select count(*) as total from fitting) as counted
  left join (select * from fitting order by username collate "C" offset %(offset)s limit %(limit)s) as page on true
 order by page.username collate "C"
"""  # noqa: S608 -- a constant
ADD = f"""
insert into t_user (username, role, password_hash, enabled) values (%s, %s, %s, %s)
on conflict (username) do nothing returning {_COLUMNS}"""  # noqa: S608 -- a constant
CHANGE = f"""
update t_user set role = %s, password_hash = %s, enabled = %s where username = %s returning {_COLUMNS}"""  # noqa: S608
DELETE = "delete from t_user where username = %s"
END_SESSIONS = "delete from t_session where username = %s"


class PostgresUsers:
    """Implements UserDirectory on t_user."""

    def __init__(self, database: Database, on_revoked: Callable[[Revocation], None]) -> None:
        """``on_revoked`` is called after each revocation that was stored."""
        self._database = database
        self._on_revoked = on_revoked

    async def find(self, username: str) -> User | None:
        row = await self._database.fetch_one(FIND, (username,))
        return _user(row) if row else None

    async def get(self, username: str) -> User:
        user = await self.find(username)
        if user is None:
            raise UnknownUser
        return user

    async def page(self, keyword: str | None, *, offset: int, limit: int) -> UserPage:
        rows = await self._database.fetch_all(PAGE, {"keyword": keyword or "", "offset": offset, "limit": limit})
        return UserPage([_user(row) for row in rows if row["username"] is not None], rows[0]["total"])

    async def add(self, user: User, actor: Identity | None) -> User:
        parameters = (user.username, user.role.value, user.password_hash, user.enabled)
        async with self._database.connection() as connection, connection.transaction():
            await lock_administration(connection, actor)
            row = await (await connection.execute(ADD, parameters)).fetchone()
        if row is None:
            raise AlreadyExists("A user with this name already exists.")
        return _user(row)

    async def change(
        self, username: str, change: UserChange, actor: Identity | None, keys: KeysPolicy | None = None
    ) -> User:
        revocations: list[Revocation] = []
        async with self._database.connection() as connection, connection.transaction():
            before = await _lock(connection, username, actor)
            after = replace(
                before,
                role=change.role or before.role,
                password_hash=change.password_hash or before.password_hash,
                enabled=before.enabled if change.enabled is None else change.enabled,
            )
            await _require_remaining_admin(connection, before, after)
            if _loses_rights(before, after) or (keys is not None and not after.enabled):
                revocations += await settle_keys(connection, username, keys, actor)
            await connection.execute(CHANGE, (after.role.value, after.password_hash, after.enabled, username))
            if _ends_sessions(before, after):
                revocations.append(await _end_sessions(connection, username))
        self._notify(revocations)
        return after

    async def delete(self, username: str, actor: Identity | None, keys: KeysPolicy | None = None) -> None:
        async with self._database.connection() as connection, connection.transaction():
            before = await _lock(connection, username, actor)
            await _require_remaining_admin(connection, before, None)
            revoked_keys = await settle_keys(connection, username, keys, actor)
            ended = await _end_sessions(connection, username)
            await connection.execute(DELETE, (username,))
        self._notify([*revoked_keys, ended])

    async def put(self, user: User, keys: KeysPolicy | None = None) -> None:
        """Add a user, or replace the role, the password and the enabled flag of an existing one.

        Raises:
            UserHasApiKeys: the user is no longer an administrator, has API keys, and ``keys`` is None.
        """
        try:
            await self.add(user, None)
        except AlreadyExists:
            change = UserChange(role=user.role, enabled=user.enabled, password_hash=user.password_hash)
            await self.change(user.username, change, None, keys)

    def _notify(self, revocations: Sequence[Revocation]) -> None:
        for each in revocations:
            self._on_revoked(each)


async def _lock(connection: Connection, username: str, actor: Identity | None) -> User:
    await lock_administration(connection, actor)
    row = await (await connection.execute(FIND_LOCKED, (username,))).fetchone()
    if row is None:
        raise UnknownUser
    return _user(row)


async def _require_remaining_admin(connection: Connection, before: User, after: User | None) -> None:
    if not before.is_acting_admin or (after is not None and after.is_acting_admin):
        return
    admins = await (await connection.execute(LOCK_ADMINS)).fetchall()
    if len(admins) == 1:
        raise LastAdmin


async def _end_sessions(connection: Connection, username: str) -> Revocation:
    await connection.execute(END_SESSIONS, (username,))
    return await revoke_user(connection, username)


def _ends_sessions(before: User, after: User) -> bool:
    """Return whether existing sessions must end: after another role or password, or when the user is disabled."""
    return before != replace(after, enabled=before.enabled) or (before.enabled and not after.enabled)


def _loses_rights(before: User, after: User) -> bool:
    """Return whether the user may no longer have all API keys: it is disabled, or no longer an administrator."""
    return (before.enabled and not after.enabled) or (before.is_acting_admin and not after.is_acting_admin)


def _user(row: dict[str, Any]) -> User:
    return User(
        username=row["username"],
        role=Role(row["role"]),
        password_hash=row["password_hash"],
        enabled=row["enabled"],
        created_at=row["created_at"],
    )
