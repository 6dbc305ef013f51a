"""Operations on API keys, for administrators."""

from typing import Any

from arcbeat.domain.identity.api_keys import ApiKey, ApiKeyPurpose, ApiKeySecret, NewApiKey
from arcbeat.domain.identity.identity import Caller, Scope
from arcbeat.domain.identity.ports import ApiKeyDirectory
from handlers._http import HandlerResponse, body_errors, location, page_body


async def list_api_keys(api_keys: ApiKeyDirectory, *, purpose: str | None, page: int, page_size: int) -> dict[str, Any]:
    """List API keys, including revoked ones."""
    wanted = None if purpose is None else ApiKeyPurpose(purpose)
    found = await api_keys.page(wanted, offset=(page - 1) * page_size, limit=page_size)
    return page_body([_to_body(each) for each in found.api_keys], page=page, page_size=page_size, total=found.total)


async def create_api_key(api_keys: ApiKeyDirectory, *, body: dict[str, Any], caller: Caller) -> HandlerResponse:
    """Create an API key. Only this response contains its text, so it must not be cached."""
    secret = ApiKeySecret.new()
    with body_errors():
        new = NewApiKey(
            name=body["name"],
            purpose=ApiKeyPurpose(body.get("purpose", ApiKeyPurpose.PROGRAM)),
            scopes=frozenset(Scope(each) for each in body["scopes"]),
            created_by=caller.required_identity.name,
            expires_days=body.get("expires_days"),
            creator=caller.required_identity,
        )
    created = await api_keys.add(secret, new)
    headers = {"Cache-Control": "no-store", **location("/api/v1/api-keys", created.api_key_id)}
    return {**_to_body(created), "api_key": secret.text}, 201, headers


async def revoke_api_key(api_keys: ApiKeyDirectory, *, api_key_id: str, caller: Caller) -> tuple[None, int]:
    """Revoke an API key."""
    await api_keys.revoke(api_key_id, caller.required_identity)
    return None, 204


def _to_body(api_key: ApiKey) -> dict[str, Any]:
    return {
        "api_key_id": api_key.api_key_id,
        "name": api_key.name,
        "purpose": api_key.purpose,
        "scopes": sorted(api_key.scopes),
        "created_by": api_key.created_by,
        "created_at": api_key.created_at,
        "expires_at": api_key.expires_at,
        "revoked_at": api_key.revoked_at,
        "owner": api_key.owner,
        "owner_active": api_key.owner_active,
    }
