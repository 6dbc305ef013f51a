"""Login sessions, in t_session of PostgreSQL."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog

from adapters.postgres.identity.revocations import revoke
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.errors import InvalidCredentials, Unauthenticated
from arcbeat.domain.identity.identity import Role, Scope
from arcbeat.domain.identity.sessions import Revocation, RevocationKind, Session
from arcbeat.domain.identity.users import User

LIFETIME = timedelta(days=14)
SESSIONS_PER_USER_MAX = 100
"""A further session of the user ends the oldest one."""
CLEAN_UP_ROWS = 100

# The lock and the comparison close a race with a change of the user: a change waits for this transaction, and a login
# that waited for a change finds no row, because the password or role differs. So no session with an old role begins
# after the user's sessions were revoked.
LOCK_USER = """
select from t_user where username = %s and password_hash = %s and role = %s and enabled for no key update"""
BEGIN = """
insert into t_session (username, scopes, expires_at) values (%s, %s, now() + %s)
returning session_id, username, scopes, rotation, expires_at"""
OLDEST = "select session_id from t_session where username = %s order by session_id desc offset %s"
CLEAN_UP = """
delete from t_session where session_id in
    (select session_id from t_session where expires_at < now() limit %s for update skip locked)"""
ROTATE = """
update t_session s set rotation = s.rotation + 1 from t_user u
 where s.session_id = %s and s.rotation = %s and s.expires_at > now() and u.username = s.username and u.enabled
returning s.session_id, s.username, s.scopes, s.rotation, s.expires_at, u.role"""
END = "delete from t_session where session_id = %s and rotation > %s"
ANY_ROTATION = -1

logger = structlog.get_logger(__name__)


class PostgresSessions:
    """Implements Sessions on t_session."""

    def __init__(self, database: Database, on_revoked: Callable[[Revocation], None]) -> None:
        """``on_revoked`` is called after each revocation that was stored."""
        self._database = database
        self._on_revoked = on_revoked

    async def begin(self, user: User, scopes: frozenset[Scope]) -> Session:
        async with self._database.connection() as connection, connection.transaction():
            found = await connection.execute(LOCK_USER, (user.username, user.password_hash, user.role.value))
            if not found.rowcount:
                raise InvalidCredentials
            begun = await (await connection.execute(BEGIN, (user.username, sorted(scopes), LIFETIME))).fetchall()
            await connection.execute(CLEAN_UP, (CLEAN_UP_ROWS,))
            oldest = await (await connection.execute(OLDEST, (user.username, SESSIONS_PER_USER_MAX))).fetchall()
            ended = [await _end(connection, each["session_id"]) for each in oldest]
        self._notify(ended)
        return _session({**begun[0], "role": user.role})

    async def rotate(self, session_id: int, rotation: int) -> Session:
        row = await self._database.fetch_one(ROTATE, (session_id, rotation))
        if row is None:
            await self._end_if_reused(session_id, rotation)
            raise Unauthenticated("The session has ended; log in again.")
        return _session(row)

    async def end(self, session_id: int) -> None:
        async with self._database.connection() as connection, connection.transaction():
            ended = await _end(connection, session_id)
        self._notify([ended])

    async def _end_if_reused(self, session_id: int, rotation: int) -> None:
        """End a session whose refresh token was used before: a second use means that someone has a copy of it."""
        async with self._database.connection() as connection, connection.transaction():
            ended = await _end(connection, session_id, rotation)
        if ended is not None:
            logger.warning("refresh_token_reused", session_id=session_id)
        self._notify([ended])

    def _notify(self, revocations: list[Revocation | None]) -> None:
        for each in revocations:
            if each is not None:
                self._on_revoked(each)


async def _end(connection: Connection, session_id: int, above_rotation: int = ANY_ROTATION) -> Revocation | None:
    ended = await connection.execute(END, (session_id, above_rotation))
    return await revoke(connection, RevocationKind.SESSION, str(session_id)) if ended.rowcount else None


def _session(row: dict[str, Any]) -> Session:
    return Session(
        session_id=row["session_id"],
        username=row["username"],
        role=Role(row["role"]),
        scopes=frozenset(Scope(each) for each in row["scopes"]),
        rotation=row["rotation"],
        expires_at=row["expires_at"],
    )
