"""The users, in t_user of PostgreSQL."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from adapters.postgres.pool import Connection, Database
from adapters.postgres.revocations import revoke_user
from arcbeat.domain.errors import AlreadyExists, LastAdmin, UnknownUser
from arcbeat.domain.identity.identity import Role
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
# Two administrators may demote each other at the same time: the lock makes the second transaction wait, and it then
# sees that it would remove the last one. All transactions lock in this order, before any other row, to avoid deadlocks.
LOCK_ADMINS = "select username from t_user where role = 'admin' and enabled order by username for update"


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

    async def add(self, user: User) -> User:
        row = await self._database.fetch_one(ADD, (user.username, user.role.value, user.password_hash, user.enabled))
        if row is None:
            raise AlreadyExists("A user with this name already exists.")
        return _user(row)

    async def change(self, username: str, change: UserChange) -> User:
        async with self._database.connection() as connection, connection.transaction():
            before = await _lock(connection, username)
            after = replace(
                before,
                role=change.role or before.role,
                password_hash=change.password_hash or before.password_hash,
                enabled=before.enabled if change.enabled is None else change.enabled,
            )
            await _require_remaining_admin(connection, before, after)
            await connection.execute(CHANGE, (after.role.value, after.password_hash, after.enabled, username))
            revocation = await _revoke(connection, username) if _ends_sessions(before, after) else None
        if revocation is not None:
            self._on_revoked(revocation)
        return after

    async def delete(self, username: str) -> None:
        async with self._database.connection() as connection, connection.transaction():
            before = await _lock(connection, username)
            await _require_remaining_admin(connection, before, None)
            revocation = await _revoke(connection, username)
            await connection.execute(DELETE, (username,))
        self._on_revoked(revocation)

    async def put(self, user: User) -> None:
        """Add a user, or replace the role, the password and the enabled flag of an existing one."""
        try:
            await self.add(user)
        except AlreadyExists:
            change = UserChange(role=user.role, enabled=user.enabled, password_hash=user.password_hash)
            await self.change(user.username, change)


async def _lock(connection: Connection, username: str) -> User:
    await connection.execute(LOCK_ADMINS)
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


async def _revoke(connection: Connection, username: str) -> Revocation:
    await connection.execute(END_SESSIONS, (username,))
    return await revoke_user(connection, username)


def _ends_sessions(before: User, after: User) -> bool:
    """Return whether existing sessions must end: after another role or password, or when the user is disabled."""
    return before != replace(after, enabled=before.enabled) or (before.enabled and not after.enabled)


def _user(row: dict[str, Any]) -> User:
    return User(
        username=row["username"],
        role=Role(row["role"]),
        password_hash=row["password_hash"],
        enabled=row["enabled"],
        created_at=row["created_at"],
    )
