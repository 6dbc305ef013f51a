"""Users, tokens and keys for tests that are about who may do what."""

import asyncio
from typing import Any

import httpx

from arcbeat import app
from arcbeat.domain.identity.identity import Role, Scope
from tests.support.service import Service

PASSWORD = "correct horse battery"
TOKEN = "/api/v1/auth/token"
ME = "/api/v1/auth/me"


def add_user(service: Service, username: str, role: Role = Role.VIEWER, password: str = PASSWORD) -> None:
    """As the command line does it."""

    async def add() -> None:
        async with app.open_administration(service.database_url) as administration:
            await administration.put_user(username, role, password)

    asyncio.run(add())


def add_api_key(service: Service, name: str, *scopes: Scope, expires_days: int | None = None) -> str:
    """As an administrator does it; answers the key, which the service knows at once."""
    body = {"name": name, "scopes": scopes, **({"expires_days": expires_days} if expires_days else {})}
    answer = service.client(Scope.ADMIN).post("/api/v1/api-keys", json=body)
    assert answer.status_code == 201, answer.text
    api_key: str = answer.json()["api_key"]
    return api_key


def log_in(service: Service, username: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    form = {"grant_type": "password", "username": username, "password": password, **more}
    return service.anonymous.post(TOKEN, data=form)


def tokens_of(service: Service, username: str, password: str = PASSWORD) -> dict[str, Any]:
    answer = log_in(service, username, password)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


def bearer(access_token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_token}"}


def key(api_key: str) -> dict[str, str]:
    return {"X-API-Key": api_key}


def get_me(service: Service, headers: dict[str, str]) -> httpx.Response:
    return service.anonymous.get(ME, headers=headers)
