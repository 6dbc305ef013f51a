"""API keys, for administrators."""

from typing import Any

from arcbeat.domain.identity.api_keys import ApiKey, ApiKeySecret, NewApiKey
from arcbeat.domain.identity.identity import Caller, Scope
from arcbeat.domain.identity.ports import ApiKeyDirectory
from handlers._http import location


async def list_api_keys(api_keys: ApiKeyDirectory, *, page: int, page_size: int) -> dict[str, Any]:
    """A page of keys."""
    found = await api_keys.page(offset=(page - 1) * page_size, limit=page_size)
    return {
        "items": [_shown(each) for each in found.api_keys],
        "page": page,
        "page_size": page_size,
        "total": found.total,
    }


async def create_api_key(
    api_keys: ApiKeyDirectory, *, body: dict[str, Any], caller: Caller
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A new key, shown this once."""
    secret = ApiKeySecret.new()
    new = NewApiKey(
        name=body["name"],
        scopes=frozenset(Scope(each) for each in body["scopes"]),
        created_by=caller.required_identity.name,
        expires_days=body.get("expires_days"),
    )
    created = await api_keys.add(secret, new)
    return (
        {**_shown(created), "api_key": secret.text},
        201,
        {"Cache-Control": "no-store", **location("/api/v1/api-keys", created.api_key_id)},
    )


async def revoke_api_key(api_keys: ApiKeyDirectory, *, api_key_id: str) -> tuple[None, int]:
    """The key opens nothing any more."""
    await api_keys.revoke(api_key_id)
    return None, 204


def _shown(api_key: ApiKey) -> dict[str, Any]:
    return {
        "api_key_id": api_key.api_key_id,
        "name": api_key.name,
        "scopes": sorted(api_key.scopes),
        "created_by": api_key.created_by,
        "created_at": api_key.created_at,
        "expires_at": api_key.expires_at,
        "revoked_at": api_key.revoked_at,
    }
