"""API keys, in t_api_key of PostgreSQL."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from adapters.postgres.pool import Database
from adapters.postgres.revocations import revoke
from arcbeat.domain.errors import AlreadyExists, Conflict, UnknownApiKey
from arcbeat.domain.identity.api_keys import ApiKey, ApiKeyPage, ApiKeySecret, NewApiKey
from arcbeat.domain.identity.identity import Scope
from arcbeat.domain.identity.sessions import Revocation, RevocationKind

ACTIVE_KEYS_MAX = 1000
"""The limit of keys that are not revoked: every process caches all of them."""

_COLUMNS = "api_key_id, name, scopes, key_hash, created_by, created_at, expires_at, revoked_at"
READ_ACTIVE = f"select {_COLUMNS} from t_api_key where revoked_at is null"  # noqa: S608 -- a constant
COUNT_ACTIVE = "select count(*) as active from t_api_key where revoked_at is null"
# Every row carries the total; a page past the end has one row with the total and nulls.
PAGE = f"""
select counted.total, page.*
  from (select count(*) as total from t_api_key) as counted
  left join (select {_COLUMNS} from t_api_key order by created_at desc, api_key_id
             offset %s limit %s) as page on true
 order by page.created_at desc, page.api_key_id
"""  # noqa: S608 -- a constant
ADD = f"""
insert into t_api_key (api_key_id, name, scopes, key_hash, created_by, expires_at)
values (%s, %s, %s, %s, %s, now() + %s)
on conflict (name) where revoked_at is null do nothing
returning {_COLUMNS}"""  # noqa: S608 -- a constant
REVOKE = "update t_api_key set revoked_at = coalesce(revoked_at, now()) where api_key_id = %s"


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

    async def page(self, *, offset: int, limit: int) -> ApiKeyPage:
        rows = await self._database.fetch_all(PAGE, (offset, limit))
        return ApiKeyPage([_api_key(row) for row in rows if row["api_key_id"] is not None], rows[0]["total"])

    async def add(self, secret: ApiKeySecret, new: NewApiKey) -> ApiKey:
        counted = await self._database.fetch_one(COUNT_ACTIVE)
        if counted is not None and counted["active"] >= ACTIVE_KEYS_MAX:
            raise Conflict(
                f"The limit of {ACTIVE_KEYS_MAX} API keys that are not revoked is reached; revoke one first."
            )
        lifetime = None if new.expires_days is None else timedelta(days=new.expires_days)
        row = await self._database.fetch_one(
            ADD, (secret.api_key_id, new.name, sorted(new.scopes), secret.hash, new.created_by, lifetime)
        )
        if row is None:
            raise AlreadyExists("An API key with this name already exists and is not revoked.")
        api_key = _api_key(row)
        self._on_added(api_key)
        return api_key

    async def revoke(self, api_key_id: str) -> None:
        async with self._database.connection() as connection, connection.transaction():
            if not (await connection.execute(REVOKE, (api_key_id,))).rowcount:
                raise UnknownApiKey
            revocation = await revoke(connection, RevocationKind.KEY, api_key_id)
        self._on_revoked(revocation)


def _api_key(row: dict[str, Any]) -> ApiKey:
    return ApiKey(
        api_key_id=row["api_key_id"],
        name=row["name"],
        scopes=frozenset(Scope(each) for each in row["scopes"]),
        key_hash=bytes(row["key_hash"]),
        created_by=row["created_by"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )
