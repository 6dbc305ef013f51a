"""Stores download links in t_download_link of PostgreSQL, which all processes share."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from adapters.postgres.pool import Database
from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.identity.download_links import LIFETIME, LINKS_PER_OWNER_MAX, RETRY_SECONDS
from arcbeat.domain.identity.identity import Identity, IdentityKind, Role

CLEAN_UP_ROWS = 100

# skip locked: two clean-ups at the same time do not wait for each other.
ADD = """
with expired as (
    delete from t_download_link where token_hash in
        (select token_hash from t_download_link where expires_at < now()
          limit %(clean_up_rows)s for update skip locked))
insert into t_download_link (token_hash, target_hash, owner, identity, expires_at)
select %(token_hash)s, %(target_hash)s, %(owner)s::text, %(identity)s, now() + %(lifetime)s
 where (select count(*) from t_download_link where owner = %(owner)s::text and expires_at > now()) < %(links_max)s
returning expires_at"""
TAKE = """
delete from t_download_link where token_hash = %s and target_hash = %s and expires_at > now() returning identity"""


class PostgresDownloadLinks:
    """Implements DownloadLinks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, token_hash: str, target_hash: str, identity: Identity) -> datetime:
        row = await self._database.fetch_one(
            ADD,
            {
                "token_hash": token_hash,
                "target_hash": target_hash,
                "owner": f"{identity.kind}:{identity.api_key_id or identity.name}",
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
        expires_at: datetime = row["expires_at"]
        return expires_at

    async def take(self, token_hash: str, target_hash: str) -> Identity | None:
        row = await self._database.fetch_one(TAKE, (token_hash, target_hash))
        return _from_json(row["identity"]) if row else None


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
