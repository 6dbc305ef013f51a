"""Operations on the caller's own session: log in, refresh, log out, change the password."""

from typing import Any

from arcbeat.domain.errors import InputError, InvalidCredentials, InvalidInput, NotAUser
from arcbeat.domain.identity.identity import Caller, IdentityKind, Scope
from arcbeat.domain.identity.ports import LoginThrottle, PasswordHasher, Sessions, TokenIssuer, UserDirectory
from arcbeat.domain.identity.sessions import Session
from arcbeat.domain.identity.users import User, UserChange, check_password
from handlers._http import HandlerResponse, body_errors


async def issue_token(
    users: UserDirectory,
    passwords: PasswordHasher,
    sessions: Sessions,
    tokens: TokenIssuer,
    throttle: LoginThrottle,
    *,
    body: dict[str, str],
    caller: Caller,
) -> HandlerResponse:
    """Log in with a username and a password."""
    await throttle.admit(caller.address, body["username"])
    user = await users.find(body["username"])
    caller.subject = user.username if user else None
    if not await passwords.verify(user, body["password"]) or user is None or not user.enabled:
        raise InvalidCredentials
    session = await sessions.begin(user, _granted(user, body.get("scope")))
    await throttle.reset(caller.address, user.username)
    return _response(tokens, session)


async def refresh_token(
    sessions: Sessions, tokens: TokenIssuer, throttle: LoginThrottle, *, body: dict[str, str], caller: Caller
) -> HandlerResponse:
    """Refresh the tokens of a session."""
    await throttle.admit(caller.address)
    claims = tokens.read_refresh_token(body["refresh_token"])
    caller.subject = claims.username
    return _response(tokens, await sessions.rotate(claims.session_id, claims.rotation))


async def log_out(sessions: Sessions, *, caller: Caller) -> tuple[None, int]:
    """End the session of the token."""
    identity = caller.required_identity
    if identity.session_id is None:
        raise NotAUser
    await sessions.end(identity.session_id)
    return None, 204


async def get_me(*, caller: Caller) -> dict[str, Any]:
    """Return the caller's identity."""
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
    """Change the caller's password, which ends all of the user's sessions."""
    user = await _own_user(users, caller)
    await throttle.admit(caller.address, user.username)
    if not await passwords.verify(user, body["old_password"]):
        raise InvalidInput((InputError("body", "/old_password", "is not the present password"),))
    await throttle.reset(caller.address, user.username)
    with body_errors(password="new_password"):  # noqa: S106 -- the name of a property
        is_guessable = passwords.is_guessable(user.username, body["new_password"])
        check_password(user.username, body["new_password"], is_guessable=is_guessable)
    change = UserChange(password_hash=await passwords.hash(body["new_password"]))
    await users.change(user.username, change, caller.required_identity)
    return None, 204


async def _own_user(users: UserDirectory, caller: Caller) -> User:
    identity = caller.required_identity
    user = await users.find(identity.name) if identity.kind is IdentityKind.USER else None
    if user is None:
        raise NotAUser
    return user


def _granted(user: User, requested: str | None) -> frozenset[Scope]:
    """Return the requested scopes that the user's role includes; all of them by default (RFC 6749, 3.3)."""
    if requested is None:
        return user.role.scopes
    try:
        return user.role.scopes & {Scope(name) for name in requested.split()}
    except ValueError as error:
        detail = f"{error}; the scopes are {' '.join(Scope)}"
        raise InvalidInput((InputError("body", "/scope", detail),)) from error


def _response(tokens: TokenIssuer, session: Session) -> HandlerResponse:
    issued = tokens.issue(session)
    body = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in_seconds,
        "refresh_token": issued.refresh_token,
        "refresh_expires_in": issued.refresh_expires_in_seconds,
        "scope": " ".join(sorted(issued.scopes)),
    }
    return body, 200, {"Cache-Control": "no-store"}
