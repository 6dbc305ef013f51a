"""API keys, in t_api_key of PostgreSQL."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from adapters.postgres.identity.administrators import lock_administration
from adapters.postgres.identity.revocations import revoke_keys
from adapters.postgres.pool import Database
from arcbeat.domain.errors import AlreadyExists, Conflict, UnknownApiKey
from arcbeat.domain.identity.api_keys import ApiKey, ApiKeyPage, ApiKeyPurpose, ApiKeySecret, NewApiKey
from arcbeat.domain.identity.identity import Identity, IdentityKind, Scope
from arcbeat.domain.identity.sessions import Revocation

ACTIVE_KEYS_MAX = 1000
"""The limit of keys that are not revoked: every process caches all of them."""

# k: the key; u: its owner. A key of a deleted user has no owner any more, but has_owner is still true.
_COLUMNS = """k.api_key_id, k.name, k.purpose, k.scopes, k.key_hash, k.created_by, k.created_at, k.expires_at,
       k.revoked_at, k.owner, case when k.has_owner then coalesce(u.enabled, false) end as owner_active"""
_OWNER = "left join t_user as u on u.username = k.owner"
READ_ACTIVE = f"select {_COLUMNS} from t_api_key as k {_OWNER} where k.revoked_at is null"  # noqa: S608 -- a constant
COUNT_ACTIVE = "select count(*) as active from t_api_key where revoked_at is null"
_IS_WANTED = "(%(purpose)s::text is null or k.purpose = %(purpose)s)"
# Every row carries the total; a page past the end has one row with the total and nulls.
PAGE = f"""
select counted.total, page.*
  from (select count(*) as total from t_api_key as k where {_IS_WANTED}) as counted
  left join (select {_COLUMNS} from t_api_key as k {_OWNER} where {_IS_WANTED} order by k.created_at desc, k.api_key_id
             offset %(offset)s limit %(limit)s) as page on true
 order by page.created_at desc, page.api_key_id
"""  # noqa: S608 -- a constant
# The owner is the user who creates the key, or the owner of the key that creates it.
ADD = f"""
with parent as (select owner, has_owner from t_api_key where api_key_id = %(parent)s),
k as (
    insert into t_api_key (api_key_id, name, purpose, scopes, key_hash, created_by, expires_at, owner, has_owner)
    values (%(api_key_id)s, %(name)s, %(purpose)s, %(scopes)s, %(key_hash)s, %(created_by)s, now() + %(lifetime)s,
            coalesce((select username from t_user where username = %(username)s), (select owner from parent)),
            coalesce((select has_owner from parent), %(username)s::text is not null))
    on conflict (name) where revoked_at is null do nothing
    returning *)
select {_COLUMNS} from k {_OWNER}"""  # noqa: S608 -- a constant
EXISTS = "select from t_api_key where api_key_id = %s"


async def read_active_api_keys(database: Database) -> Sequence[ApiKey]:
    """Return all keys that are not revoked."""
    return [_api_key(row) for row in await database.fetch_all(READ_ACTIVE)]


class PostgresApiKeys:
    """Implements ApiKeyDirectory on t_api_key."""

    def __init__(
        self, database: Database, on_added: Callable[[ApiKey], None], on_revoked: Callable[[Revocation], None]
    ) -> None:
        """``on_added`` is called after each key, ``on_revoked`` after each revocation that was stored."""
        self._database = database
        self._on_added = on_added
        self._on_revoked = on_revoked

    async def page(self, purpose: ApiKeyPurpose | None, *, offset: int, limit: int) -> ApiKeyPage:
        parameters = {"purpose": None if purpose is None else purpose.value, "offset": offset, "limit": limit}
        rows = await self._database.fetch_all(PAGE, parameters)
        return ApiKeyPage([_api_key(row) for row in rows if row["api_key_id"] is not None], rows[0]["total"])

    async def add(self, secret: ApiKeySecret, new: NewApiKey) -> ApiKey:
        async with self._database.connection() as connection, connection.transaction():
            await lock_administration(connection, new.creator)
            counted = await (await connection.execute(COUNT_ACTIVE)).fetchone()
            if counted is not None and counted["active"] >= ACTIVE_KEYS_MAX:
                raise Conflict(
                    f"The limit of {ACTIVE_KEYS_MAX} API keys that are not revoked is reached; revoke one first."
                )
            row = await (await connection.execute(ADD, _parameters(secret, new))).fetchone()
        if row is None:
            raise AlreadyExists("An API key with this name already exists and is not revoked.")
        api_key = _api_key(row)
        self._on_added(api_key)
        return api_key

    async def revoke(self, api_key_id: str, actor: Identity | None) -> None:
        async with self._database.connection() as connection, connection.transaction():
            await lock_administration(connection, actor)
            if not (await connection.execute(EXISTS, (api_key_id,))).rowcount:
                raise UnknownApiKey
            revocations = await revoke_keys(connection, [api_key_id])
        for each in revocations:
            self._on_revoked(each)


def _parameters(secret: ApiKeySecret, new: NewApiKey) -> dict[str, Any]:
    creator = new.creator
    return {
        "api_key_id": secret.api_key_id,
        "name": new.name,
        "purpose": new.purpose.value,
        "scopes": sorted(new.scopes),
        "key_hash": secret.hash,
        "created_by": new.created_by,
        "lifetime": None if new.expires_days is None else timedelta(days=new.expires_days),
        "username": creator.name if creator and creator.kind is IdentityKind.USER else None,
        "parent": creator.api_key_id if creator else None,
    }


def _api_key(row: dict[str, Any]) -> ApiKey:
    return ApiKey(
        api_key_id=row["api_key_id"],
        name=row["name"],
        purpose=ApiKeyPurpose(row["purpose"]),
        scopes=frozenset(Scope(each) for each in row["scopes"]),
        key_hash=bytes(row["key_hash"]),
        created_by=row["created_by"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        owner=row["owner"],
        owner_active=row["owner_active"],
    )
