"""What happens to the API keys of a user who is disabled, deleted, or no longer an administrator."""

from collections.abc import Sequence

import structlog

from adapters.postgres.identity.revocations import revoke_keys
from adapters.postgres.pool import Connection
from arcbeat.domain.errors import InvalidValue, NotAUser, UserHasApiKeys
from arcbeat.domain.identity.api_keys import KeysPolicy
from arcbeat.domain.identity.identity import Identity, IdentityKind, Scope
from arcbeat.domain.identity.sessions import Revocation

# for update: a key that is being revoked or transferred at the same time is decided once.
FIND_KEYS = """
select api_key_id, name, %(admin)s = any(scopes) as is_admin from t_api_key
 where owner = %(username)s and revoked_at is null and (expires_at is null or expires_at > now())
 order by name for update"""
TRANSFER = "update t_api_key set owner = %s where api_key_id = any(%s)"
FIND_ENABLED_USER = "select from t_user where username = %s and enabled"

logger = structlog.get_logger(__name__)


async def settle_keys(
    connection: Connection, username: str, policy: KeysPolicy | None, actor: Identity | None
) -> Sequence[Revocation]:
    """Revoke the user's keys with the scope admin, and do with the other ones what the policy says.

    Raises:
        UserHasApiKeys: there are other keys, and no policy.
        NotAUser: keys are to be transferred, and the actor is not a user.
        InvalidValue: keys are to be transferred from a user to itself.
    """
    rows = await (await connection.execute(FIND_KEYS, {"username": username, "admin": Scope.ADMIN.value})).fetchall()
    revoked = [row["api_key_id"] for row in rows if row["is_admin"] or policy is KeysPolicy.REVOKE]
    others = [row["api_key_id"] for row in rows if not row["is_admin"]]
    if others and policy is None:
        raise UserHasApiKeys(username, [row["name"] for row in rows if not row["is_admin"]])
    if others and policy is KeysPolicy.TRANSFER:
        await connection.execute(TRANSFER, (await _new_owner(connection, username, actor), others))
    if rows and actor is not None:  # the command line prints its result, and has no log
        logger.info("keys_of_user_settled", username=username, keys=policy, revoked=revoked, others=others)
    return await revoke_keys(connection, revoked)


async def _new_owner(connection: Connection, username: str, actor: Identity | None) -> str:
    if actor is None or actor.kind is not IdentityKind.USER:
        raise NotAUser("Only a user can take over API keys; log in, or pass keys=revoke or keys=keep.")
    if actor.name == username:
        raise InvalidValue.of("keys", "keys cannot be transferred from a user to itself; pass revoke or keep")
    if not (await connection.execute(FIND_ENABLED_USER, (actor.name,))).rowcount:
        raise NotAUser
    return actor.name
