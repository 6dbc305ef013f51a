"""Users, tokens and API keys for tests of access rights."""

from typing import Any

import httpx
from argon2 import PasswordHasher

from arcbeat.domain.identity.identity import Role, Scope
from tests.support.service import Service

PASSWORD = "correct horse battery"
TOKEN = "/api/v1/auth/token"
ME = "/api/v1/auth/me"
# A real hash takes 0.2 s of CPU; its parameters are part of the hash, so the service verifies this one as cheaply.
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def add_user(service: Service, username: str, role: Role = Role.VIEWER, password: str = PASSWORD) -> None:
    """Add a user whose password hash is cheap to verify."""
    service.execute(
        "insert into t_user (username, role, password_hash, enabled) values (%s, %s, %s, true)",
        username,
        role.value,
        CHEAP_HASHER.hash(password),
    )


def add_api_key(service: Service, name: str, *scopes: Scope, expires_days: int | None = None) -> str:
    """Create an API key as an administrator and return it; the service accepts it at once."""
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
