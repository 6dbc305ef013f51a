"""Those who may log in, in PostgreSQL."""

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
# strpos, and no pattern: a keyword may hold any character. The total stands beside every row, and alone when the
# page is past the end.
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
# Locked, so that two who take the rights from each other wait, and the second finds that nobody else is left. Always
# in one order, and before any other row.
LOCK_ADMINS = "select username from t_user where role = 'admin' and enabled order by username for update"


class PostgresUsers:
    """The UserDirectory in t_user."""

    def __init__(self, database: Database, learn: Callable[[Revocation], None]) -> None:
        """``learn`` is told of every revocation that was stored."""
        self._database = database
        self._learn = learn

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
            raise AlreadyExists("There is a user with this name.")
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
            await _keep_an_admin(connection, before, after)
            await connection.execute(CHANGE, (after.role.value, after.password_hash, after.enabled, username))
            revocation = await _revoke(connection, username) if _ends_sessions(before, after) else None
        if revocation is not None:
            self._learn(revocation)
        return after

    async def delete(self, username: str) -> None:
        async with self._database.connection() as connection, connection.transaction():
            before = await _lock(connection, username)
            await _keep_an_admin(connection, before, None)
            revocation = await _revoke(connection, username)
            await connection.execute(DELETE, (username,))
        self._learn(revocation)

    async def put(self, user: User) -> None:
        """Add a user, or give one that is there another role and password; either may log in then."""
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


async def _keep_an_admin(connection: Connection, before: User, after: User | None) -> None:
    if not before.is_acting_admin or (after is not None and after.is_acting_admin):
        return
    admins = await (await connection.execute(LOCK_ADMINS)).fetchall()
    if len(admins) == 1:
        raise LastAdmin


async def _revoke(connection: Connection, username: str) -> Revocation:
    await connection.execute(END_SESSIONS, (username,))
    return await revoke_user(connection, username)


def _ends_sessions(before: User, after: User) -> bool:
    """Whether what was granted before may be too much, or to somebody else, now."""
    return before != replace(after, enabled=before.enabled) or (before.enabled and not after.enabled)


def _user(row: dict[str, Any]) -> User:
    return User(
        username=row["username"],
        role=Role(row["role"]),
        password_hash=row["password_hash"],
        enabled=row["enabled"],
        created_at=row["created_at"],
    )
