"""Operations on users, for administrators."""

from typing import Any

from arcbeat.domain.identity.api_keys import KeysPolicy
from arcbeat.domain.identity.identity import Caller, Role
from arcbeat.domain.identity.ports import PasswordHasher, UserDirectory
from arcbeat.domain.identity.users import User, UserChange, check_password
from handlers._http import HandlerResponse, body_errors, location, page_body, query_errors


async def list_users(users: UserDirectory, *, page: int, page_size: int, keyword: str | None) -> dict[str, Any]:
    """List users."""
    found = await users.page(keyword, offset=(page - 1) * page_size, limit=page_size)
    return page_body([_to_body(each) for each in found.users], page=page, page_size=page_size, total=found.total)


async def get_user(users: UserDirectory, *, username: str) -> dict[str, Any]:
    """Return one user."""
    return _to_body(await users.get(username))


async def create_user(
    users: UserDirectory, passwords: PasswordHasher, *, body: dict[str, Any], caller: Caller
) -> HandlerResponse:
    """Create a user."""
    username = body["username"]
    user = User(
        username=username,
        role=Role(body["role"]),
        password_hash=await _checked_hash(passwords, username, body["password"]),
        enabled=body.get("enabled", True),
    )
    return _to_body(await users.add(user, caller.required_identity)), 201, location("/api/v1/users", username)


async def update_user(
    users: UserDirectory,
    passwords: PasswordHasher,
    *,
    username: str,
    keys: str | None,
    body: dict[str, Any],
    caller: Caller,
) -> dict[str, Any]:
    """Change the role or the password of a user, or enable or disable the user."""
    password = body.get("password")
    change = UserChange(
        role=Role(body["role"]) if "role" in body else None,
        enabled=body.get("enabled"),
        password_hash=None if password is None else await _checked_hash(passwords, username, password),
    )
    with query_errors():
        return _to_body(await users.change(username, change, caller.required_identity, _policy(keys)))


async def delete_user(users: UserDirectory, *, username: str, keys: str | None, caller: Caller) -> tuple[None, int]:
    """Delete a user and end the user's sessions."""
    with query_errors():
        await users.delete(username, caller.required_identity, _policy(keys))
    return None, 204


def _policy(keys: str | None) -> KeysPolicy | None:
    return None if keys is None else KeysPolicy(keys)


async def _checked_hash(passwords: PasswordHasher, username: str, password: str) -> str:
    with body_errors():
        check_password(username, password, is_guessable=passwords.is_guessable(username, password))
    return await passwords.hash(password)


def _to_body(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "role": user.role,
        "enabled": user.enabled,
        "created_at": user.created_at,
    }
