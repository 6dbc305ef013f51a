"""Revocations, in t_revocation of PostgreSQL: written in the transaction of the change, and read all together."""

from collections.abc import Sequence
from datetime import timedelta

from adapters.postgres.pool import Connection, Database
from arcbeat.domain.identity.sessions import Revocation, RevocationKind

RETENTION = timedelta(hours=24)
"""How long a revocation is stored: longer than any access token is valid, and than any process uses its cache."""
CLEAN_UP_ROWS = 100

READ = "select kind, subject, through_session_id from t_revocation where expires_at > now()"
REVOKE = """
insert into t_revocation (kind, subject, through_session_id, expires_at) values (%s, %s, %s, now() + %s)
on conflict (kind, subject) do update
   set through_session_id = greatest(t_revocation.through_session_id, excluded.through_session_id),
       expires_at = excluded.expires_at"""
REVOKE_MANY = """
insert into t_revocation (kind, subject, expires_at) select %s, unnest(%s::text[]), now() + %s
on conflict (kind, subject) do update set expires_at = excluded.expires_at"""
REVOKE_KEYS = "update t_api_key set revoked_at = coalesce(revoked_at, now()) where api_key_id = any(%s)"
# Session ids come from this sequence, so its next value is higher than the ids of all sessions that began before.
NEXT_SESSION_ID = "select nextval(pg_get_serial_sequence('t_session', 'session_id')) as session_id"
# skip locked: two clean-ups at the same time do not wait for each other.
CLEAN_UP = """
delete from t_revocation where (kind, subject) in
    (select kind, subject from t_revocation where expires_at < now() limit %s for update skip locked)"""


class PostgresRevocations:
    """Reads t_revocation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> Sequence[Revocation]:
        """Return all revocations that have not expired."""
        rows = await self._database.fetch_all(READ)
        return [Revocation(RevocationKind(row["kind"]), row["subject"], row["through_session_id"]) for row in rows]


async def revoke(connection: Connection, kind: RevocationKind, subject: str, through_session_id: int = 0) -> Revocation:
    """Store a revocation, and delete some expired ones."""
    await connection.execute(REVOKE, (kind.value, subject, through_session_id, RETENTION))
    await connection.execute(CLEAN_UP, (CLEAN_UP_ROWS,))
    return Revocation(kind, subject, through_session_id)


async def revoke_keys(connection: Connection, api_key_ids: Sequence[str]) -> Sequence[Revocation]:
    """Revoke API keys; those that are revoked stay so."""
    await connection.execute(REVOKE_KEYS, (list(api_key_ids),))
    await connection.execute(REVOKE_MANY, (RevocationKind.KEY.value, list(api_key_ids), RETENTION))
    await connection.execute(CLEAN_UP, (CLEAN_UP_ROWS,))
    return [Revocation(RevocationKind.KEY, each) for each in api_key_ids]


async def revoke_user(connection: Connection, username: str) -> Revocation:
    """Revoke all sessions that a user has begun; the caller must hold the lock on the user's row."""
    row = await (await connection.execute(NEXT_SESSION_ID)).fetchone()
    return await revoke(connection, RevocationKind.USER, username, row["session_id"] if row else 0)
