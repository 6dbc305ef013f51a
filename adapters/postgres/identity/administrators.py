"""Changes of users and API keys, one at a time, and only by callers whose credentials are not revoked."""

from adapters.postgres.pool import Connection
from arcbeat.domain.errors import Unauthenticated
from arcbeat.domain.identity.identity import Identity, IdentityKind

# Two administrators may demote each other at the same time: the lock makes the second transaction wait, and it then
# sees that it would remove the last one. All transactions lock in this order, before any other row, to avoid deadlocks.
LOCK_ADMINS = "select username from t_user where role = 'admin' and enabled order by username for update"
FIND_REVOKED_USER = """
select from t_revocation
 where (kind = 'session' and subject = %(session)s)
    or (kind = 'user' and subject = %(name)s and through_session_id >= %(session_id)s)"""
FIND_REVOKED_KEY = "select from t_api_key where api_key_id = %s and revoked_at is not null"


async def lock_administration(connection: Connection, actor: Identity | None) -> None:
    """Make other changes of users and API keys wait for the end of the transaction, then check the actor again.

    The caches of a process learn of a revocation up to two seconds later; until then a disabled administrator could
    enable himself again, or create a key.

    Args:
        actor: the identity that makes the change; None for the command line.

    Raises:
        Unauthenticated: the credentials of the actor are revoked.
    """
    await connection.execute(LOCK_ADMINS)
    if actor is None or actor.kind in {IdentityKind.EXTERNAL, IdentityKind.GOOGLE}:
        return
    if actor.kind is IdentityKind.KEY:
        found = await connection.execute(FIND_REVOKED_KEY, (actor.api_key_id,))
    else:
        session_id = actor.session_id or 0
        parameters = {"session": str(session_id), "session_id": session_id, "name": actor.name}
        found = await connection.execute(FIND_REVOKED_USER, parameters)
    if found.rowcount:
        raise Unauthenticated(f"The {actor.credentials} is revoked.")
