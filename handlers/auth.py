"""Logging in."""

from typing import Any

from arcbeat.domain.errors import InputError, InvalidCredentials, InvalidInput
from arcbeat.domain.identity import Scope, User
from arcbeat.domain.ports import PasswordHasher, TokenIssuer, UserDirectory


async def issue_token(
    users: UserDirectory, passwords: PasswordHasher, tokens: TokenIssuer, *, body: dict[str, str]
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A token for who knows a user's password."""
    user = await users.find(body["username"])
    if not await passwords.verify(user, body["password"]) or user is None:
        raise InvalidCredentials
    token = tokens.issue(user.username, _granted(user, body.get("scope")))
    answer = {
        "access_token": token.access_token,
        "token_type": "Bearer",
        "expires_in": token.expires_in_seconds,
        "scope": " ".join(sorted(token.scopes)),
    }
    return answer, 200, {"Cache-Control": "no-store"}


def _granted(user: User, wanted: str | None) -> frozenset[Scope]:
    if wanted is None:
        return user.role.scopes
    try:
        return user.role.scopes & {Scope(name) for name in wanted.split()}
    except ValueError as error:
        raise InvalidInput((InputError("body", "/scope", str(error)),)) from error
