"""API keys in PostgreSQL."""

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
"""Keys that are not revoked: every process reads and keeps all of them."""

_COLUMNS = "api_key_id, name, scopes, key_hash, created_by, created_at, expires_at, revoked_at"
READ_LIVE = f"select {_COLUMNS} from t_api_key where revoked_at is null"  # noqa: S608 -- a constant
COUNT_LIVE = "select count(*) as live from t_api_key where revoked_at is null"
# The total stands beside every row, and alone when the page is past the end.
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
    """All keys that are not revoked."""
    return [_api_key(row) for row in await database.fetch_all(READ_LIVE)]


class PostgresApiKeys:
    """The ApiKeyDirectory in t_api_key."""

    def __init__(
        self, database: Database, learn: Callable[[ApiKey], None], learn_revocation: Callable[[Revocation], None]
    ) -> None:
        """``learn`` is told of every key, ``learn_revocation`` of every revocation that was stored."""
        self._database = database
        self._learn = learn
        self._learn_revocation = learn_revocation

    async def page(self, *, offset: int, limit: int) -> ApiKeyPage:
        rows = await self._database.fetch_all(PAGE, (offset, limit))
        return ApiKeyPage([_api_key(row) for row in rows if row["api_key_id"] is not None], rows[0]["total"])

    async def add(self, secret: ApiKeySecret, new: NewApiKey) -> ApiKey:
        counted = await self._database.fetch_one(COUNT_LIVE)
        if counted is not None and counted["live"] >= ACTIVE_KEYS_MAX:
            raise Conflict(f"There are {ACTIVE_KEYS_MAX} API keys that are not revoked; revoke one first.")
        lifetime = None if new.expires_days is None else timedelta(days=new.expires_days)
        row = await self._database.fetch_one(
            ADD, (secret.api_key_id, new.name, sorted(new.scopes), secret.hash, new.created_by, lifetime)
        )
        if row is None:
            raise AlreadyExists("There is an API key with this name that is not revoked.")
        api_key = _api_key(row)
        self._learn(api_key)
        return api_key

    async def revoke(self, api_key_id: str) -> None:
        async with self._database.connection() as connection, connection.transaction():
            if not (await connection.execute(REVOKE, (api_key_id,))).rowcount:
                raise UnknownApiKey
            revocation = await revoke(connection, RevocationKind.KEY, api_key_id)
        self._learn_revocation(revocation)


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
