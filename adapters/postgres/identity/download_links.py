"""Stores download links in t_download_link of PostgreSQL, which all processes share."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from adapters.postgres.pool import Database
from arcbeat.domain.downloads.downloads import KEPT_AFTER_END
from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.identity.download_links import (
    LIFETIME,
    LINKS_PER_OWNER_MAX,
    RETRY_SECONDS,
    NewLink,
    UsedLink,
    new_download_id,
    owner_of,
)
from arcbeat.domain.identity.identity import Identity, IdentityKind, Role

CLEAN_UP_ROWS = 100

# skip locked: two clean-ups at the same time do not wait for each other.
ADD = """
with expired as (
    delete from t_download_link where token_hash in
        (select token_hash from t_download_link where expires_at < now()
          limit %(clean_up_rows)s for update skip locked)),
     forgotten as (
    delete from t_download where download_id in
        (select download_id from t_download where updated_at < now() - %(kept)s
          limit %(clean_up_rows)s for update skip locked)),
     link as (
    insert into t_download_link (token_hash, target_hash, owner, identity, expires_at, download_id)
    select %(token_hash)s, %(target_hash)s, %(owner)s::text, %(identity)s, now() + %(lifetime)s, %(download_id)s
     where (select count(*) from t_download_link where owner = %(owner)s::text and expires_at > now()) < %(links_max)s
    returning download_id, owner, expires_at)
insert into t_download (download_id, owner, expires_at) select download_id, owner, expires_at from link
returning download_id, expires_at"""
TAKE = """
with link as (
    delete from t_download_link where token_hash = %s and target_hash = %s and expires_at > now()
    returning identity, download_id),
     started as (
    update t_download set status = 'running', started_at = now(), updated_at = now()
      from link where t_download.download_id = link.download_id and status = 'waiting')
select identity, download_id from link"""


class PostgresDownloadLinks:
    """Implements DownloadLinks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, token_hash: str, target_hash: str, identity: Identity) -> NewLink:
        row = await self._database.fetch_one(
            ADD,
            {
                "token_hash": token_hash,
                "target_hash": target_hash,
                "owner": owner_of(identity),
                "download_id": new_download_id(),
                "kept": KEPT_AFTER_END,
                "identity": Jsonb(_to_json(identity)),
                "lifetime": LIFETIME,
                "links_max": LINKS_PER_OWNER_MAX,
                "clean_up_rows": CLEAN_UP_ROWS,
            },
        )
        if row is None:
            raise TooManyRequests(
                f"There are {LINKS_PER_OWNER_MAX} unused download links of this user or API key, which is the limit; "
                "use them, or wait until they expire.",
                retry_after_seconds=RETRY_SECONDS,
            )
        return NewLink(**row)

    async def take(self, token_hash: str, target_hash: str) -> UsedLink | None:
        row = await self._database.fetch_one(TAKE, (token_hash, target_hash))
        return UsedLink(_from_json(row["identity"]), row["download_id"]) if row else None


def _to_json(identity: Identity) -> dict[str, Any]:
    expires_at = identity.expires_at.isoformat() if identity.expires_at else None
    return {**asdict(identity), "scopes": sorted(identity.scopes), "expires_at": expires_at}


def _from_json(stored: dict[str, Any]) -> Identity:
    return Identity(
        **{
            **stored,
            "kind": IdentityKind(stored["kind"]),
            "scopes": frozenset(stored["scopes"]),
            "expires_at": datetime.fromisoformat(stored["expires_at"]) if stored["expires_at"] else None,
            "role": Role(stored["role"]) if stored["role"] else None,
        }
    )
