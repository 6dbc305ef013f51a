"""Those who may log in, for administrators."""

from typing import Any

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.identity.ports import PasswordHasher, UserDirectory
from arcbeat.domain.identity.users import User, UserChange, check_password
from handlers._http import location


async def list_users(users: UserDirectory, *, page: int, page_size: int, keyword: str | None) -> dict[str, Any]:
    """A page of users."""
    found = await users.page(keyword, offset=(page - 1) * page_size, limit=page_size)
    return {
        "items": [_shown(each) for each in found.users],
        "page": page,
        "page_size": page_size,
        "total": found.total,
    }


async def get_user(users: UserDirectory, *, username: str) -> dict[str, Any]:
    """One user."""
    return _shown(await users.get(username))


async def create_user(
    users: UserDirectory, passwords: PasswordHasher, *, body: dict[str, Any]
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A new user."""
    username, password = body["username"], body["password"]
    check_password(username, password)
    user = User(
        username=username,
        role=Role(body["role"]),
        password_hash=await passwords.hash(password),
        enabled=body.get("enabled", True),
    )
    return _shown(await users.add(user)), 201, location("/api/v1/users", username)


async def update_user(
    users: UserDirectory, passwords: PasswordHasher, *, username: str, body: dict[str, Any]
) -> dict[str, Any]:
    """A user with another role or password, enabled or disabled."""
    password = body.get("password")
    if password is not None:
        check_password(username, password)
    change = UserChange(
        role=Role(body["role"]) if "role" in body else None,
        enabled=body.get("enabled"),
        password_hash=await passwords.hash(password) if password is not None else None,
    )
    return _shown(await users.change(username, change))


async def delete_user(users: UserDirectory, *, username: str) -> tuple[None, int]:
    """The user is no more, and whoever is logged in by that name is out."""
    await users.delete(username)
    return None, 204


def _shown(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "role": user.role,
        "enabled": user.enabled,
        "created_at": user.created_at,
    }
