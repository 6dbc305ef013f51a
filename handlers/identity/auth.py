"""Logging in, staying in, and who one is."""

from typing import Any

from arcbeat.domain.errors import InputError, InvalidCredentials, InvalidInput, NotAUser
from arcbeat.domain.identity.identity import Caller, IdentityKind, Scope
from arcbeat.domain.identity.ports import LoginThrottle, PasswordHasher, Sessions, TokenIssuer, UserDirectory
from arcbeat.domain.identity.sessions import Session
from arcbeat.domain.identity.users import User, UserChange, check_password
from handlers._http import Answer


async def issue_token(
    users: UserDirectory,
    passwords: PasswordHasher,
    sessions: Sessions,
    tokens: TokenIssuer,
    throttle: LoginThrottle,
    *,
    body: dict[str, str],
    caller: Caller,
) -> Answer:
    """Tokens for who knows a user's password."""
    await throttle.admit(caller.address, body["username"])
    user = await users.find(body["username"])
    caller.subject = user.username if user else None
    if not await passwords.verify(user, body["password"]) or user is None or not user.enabled:
        raise InvalidCredentials
    session = await sessions.begin(user, _granted(user, body.get("scope")))
    await throttle.forgive(caller.address, user.username)
    return _answer(tokens, session)


async def refresh_token(
    sessions: Sessions, tokens: TokenIssuer, throttle: LoginThrottle, *, body: dict[str, str], caller: Caller
) -> Answer:
    """The next tokens of a session."""
    await throttle.admit(caller.address)
    claims = tokens.read_refresh_token(body["refresh_token"])
    caller.subject = claims.username
    return _answer(tokens, await sessions.rotate(claims.session_id, claims.rotation))


async def log_out(sessions: Sessions, *, caller: Caller) -> tuple[None, int]:
    """The session of the token is over."""
    identity = caller.required_identity
    if identity.session_id is None:
        raise NotAUser
    await sessions.end(identity.session_id)
    return None, 204


async def get_me(*, caller: Caller) -> dict[str, Any]:
    """Who asks."""
    identity = caller.required_identity
    return {
        "kind": identity.kind,
        "name": identity.name,
        "role": identity.role,
        "scopes": sorted(identity.scopes),
        "expires_at": identity.expires_at,
    }


async def change_password(
    users: UserDirectory, passwords: PasswordHasher, throttle: LoginThrottle, *, body: dict[str, str], caller: Caller
) -> tuple[None, int]:
    """Another password for who knows the old one; all of the user's sessions are over."""
    user = await _own_user(users, caller)
    await throttle.admit(caller.address, user.username)
    if not await passwords.verify(user, body["old_password"]):
        raise InvalidInput((InputError("body", "/old_password", "is wrong"),))
    await throttle.forgive(caller.address, user.username)
    check_password(user.username, body["new_password"], name="new_password")
    change = UserChange(password_hash=await passwords.hash(body["new_password"]))
    await users.change(user.username, change)
    return None, 204


async def _own_user(users: UserDirectory, caller: Caller) -> User:
    identity = caller.required_identity
    user = await users.find(identity.name) if identity.kind is IdentityKind.USER else None
    if user is None:
        raise NotAUser
    return user


def _granted(user: User, wanted: str | None) -> frozenset[Scope]:
    if wanted is None:
        return user.role.scopes
    try:
        return user.role.scopes & {Scope(name) for name in wanted.split()}
    except ValueError as error:
        raise InvalidInput((InputError("body", "/scope", str(error)),)) from error


def _answer(tokens: TokenIssuer, session: Session) -> Answer:
    issued = tokens.issue(session)
    answer = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in_seconds,
        "refresh_token": issued.refresh_token,
        "refresh_expires_in": issued.refresh_expires_in_seconds,
        "scope": " ".join(sorted(issued.scopes)),
    }
    return answer, 200, {"Cache-Control": "no-store"}
