"""Credentials of every kind, valid and invalid, for tests of access rights."""

from datetime import timedelta

import jwt

from arcbeat.domain.identity.identity import Role, Scope
from tests.support.identity import add_api_key, add_user, bearer, key, tokens_of
from tests.support.service import SECRET_KEY, Service

ROLES = {role.value: role.scopes for role in Role}
KEYS = {f"key with {scope}": frozenset({scope}) for scope in Scope}
INVALID = (
    "none",
    "expired token",
    "expired key",
    "revoked token",
    "revoked key",
    "wrong signature",
    "alg none",
    "another algorithm",
    "refresh token",
    "unknown key",
)

Headers = dict[str, str]
Credentials = dict[str, Headers]
SECOND = timedelta(seconds=1)


def all_credentials(service: Service) -> Credentials:
    """Return the headers of a user per role, an API key per scope, and invalid credentials."""
    for role in Role:
        add_user(service, role.value, role)
    tokens = {role.value: tokens_of(service, role.value) for role in Role}
    valid = tokens["admin"]["access_token"]
    return {
        "none": {},
        **{role: bearer(pair["access_token"]) for role, pair in tokens.items()},
        **{name: key(add_api_key(service, f"key-{index}", *KEYS[name])) for index, name in enumerate(KEYS)},
        "expired token": bearer(service.token(*Scope, lifetime=-SECOND)),
        "expired key": _expired_key(service),
        "revoked token": _revoked_token(service),
        "revoked key": _revoked_key(service),
        "wrong signature": _signed(valid, SECRET_KEY[::-1], "HS256"),
        "alg none": _signed(valid, "", "none"),
        "another algorithm": _signed(valid, SECRET_KEY, "HS512"),
        "refresh token": bearer(tokens["admin"]["refresh_token"]),
        "unknown key": key("arcbeat_" + "0" * 16 + "_" + "A" * 43),
    }


def _signed(access_token: str, secret: str, algorithm: str) -> Headers:
    """Return a token with the same claims and another signature."""
    claims = jwt.decode(access_token, options={"verify_signature": False})
    return bearer(jwt.encode(claims, secret, algorithm=algorithm))


def _revoked_token(service: Service) -> Headers:
    headers = bearer(tokens_of(service, "admin")["access_token"])
    assert service.anonymous.post("/api/v1/auth/logout", headers=headers).status_code == 204
    return headers


def _revoked_key(service: Service) -> Headers:
    api_key = add_api_key(service, "revoked", *Scope)
    api_key_id = api_key.split("_")[1]
    assert service.client(Scope.ADMIN).delete(f"/api/v1/api-keys/{api_key_id}").status_code == 204
    return key(api_key)


def _expired_key(service: Service) -> Headers:
    """Return an expired key. Call it before any key is used, because the service caches keys for a moment."""
    api_key = add_api_key(service, "expired", *Scope, expires_days=1)
    service.execute("update t_api_key set expires_at = now() where name = 'expired'")
    return key(api_key)
