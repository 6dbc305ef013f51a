"""Who may do what: every operation of the contract with every kind of credentials."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, TypeAlias

import jwt
import pytest

from arcbeat.api.contract.bundle import load_contract
from arcbeat.domain.identity.identity import Role, Scope
from tests.support.identity import add_api_key, add_user, bearer, get_me, key, tokens_of
from tests.support.service import SECRET_KEY, Service


class For(Enum):
    """Whom an operation is for, where it is not for those with one scope."""

    EVERYBODY = "everybody"
    ANYBODY_KNOWN = "anybody known"
    USERS = "users, who have a session and a password"
    THE_METRICS_TOKEN = "the metrics token"


Needed: TypeAlias = For | Scope

# Written down a second time, by hand: an operation that is not here fails, and so does one whose contract says
# something else.
NEEDED: dict[str, Needed] = {
    "issue_token": For.EVERYBODY,
    "refresh_token": For.EVERYBODY,
    "get_liveness": For.EVERYBODY,
    "get_readiness": For.EVERYBODY,
    "get_metrics": For.THE_METRICS_TOKEN,
    "get_me": For.ANYBODY_KNOWN,
    "log_out": For.USERS,
    "change_password": For.USERS,
    "list_users": Scope.ADMIN,
    "create_user": Scope.ADMIN,
    "get_user": Scope.ADMIN,
    "update_user": Scope.ADMIN,
    "delete_user": Scope.ADMIN,
    "list_api_keys": Scope.ADMIN,
    "create_api_key": Scope.ADMIN,
    "revoke_api_key": Scope.ADMIN,
    "list_types": Scope.DEVICE_READ,
    "create_type": Scope.ADMIN,
    "get_type": Scope.DEVICE_READ,
    "update_type": Scope.ADMIN,
    "list_fields": Scope.DEVICE_READ,
    "replace_fields": Scope.ADMIN,
    "import_fields": Scope.ADMIN,
    "get_drift": Scope.DEVICE_READ,
    "list_devices": Scope.DEVICE_READ,
    "create_device": Scope.DEVICE_WRITE,
    "get_device": Scope.DEVICE_READ,
    "update_device": Scope.DEVICE_WRITE,
    "delete_device": Scope.DEVICE_WRITE,
    "import_devices": Scope.DEVICE_WRITE,
    "export_devices": Scope.DEVICE_READ,
    "list_latest": Scope.TELEMETRY_READ,
    "list_latest_by_earlier_name": Scope.TELEMETRY_READ,
    "get_latest": Scope.TELEMETRY_READ,
    "get_snapshot": Scope.TELEMETRY_READ,
    "list_history": Scope.TELEMETRY_READ,
    "export_history": Scope.TELEMETRY_READ,
    "list_windows": Scope.TELEMETRY_READ,
    "export_windows": Scope.TELEMETRY_READ,
    "list_states": Scope.TELEMETRY_READ,
    "append_readings": Scope.TELEMETRY_WRITE,
    "list_dict_types": Scope.DEVICE_READ,
    "create_dict_type": Scope.ADMIN,
    "get_dict_type": Scope.DEVICE_READ,
    "update_dict_type": Scope.ADMIN,
    "delete_dict_type": Scope.ADMIN,
    "list_dict_data": Scope.DEVICE_READ,
    "create_dict_data": Scope.ADMIN,
    "get_dict_data": Scope.DEVICE_READ,
    "update_dict_data": Scope.ADMIN,
    "delete_dict_data": Scope.ADMIN,
    "get_board_statistics": Scope.TELEMETRY_READ,
    "get_board_status": Scope.TELEMETRY_READ,
}
PLACES = {
    "username": "nobody-there",
    "api_key_id": "0" * 16,
    "type_code": "welding",
    "device_code": "W1",
    "dict_type_id": "999",
    "dict_data_id": "999",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What the contract says of one operation."""

    name: str
    method: str
    path: str
    security: list[dict[str, list[str]]]
    media_type: str | None


def operations() -> Iterator[Operation]:
    for path, item in load_contract()["paths"].items():
        for method, definition in item.items():
            content: dict[str, Any] = definition.get("requestBody", {}).get("content", {})
            name, security = definition["operationId"], definition["security"]
            yield Operation(name, method.upper(), path, security, next(iter(content), None))


OPERATIONS = {operation.name: operation for operation in operations()}
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


def signed(access_token: str, secret: str, algorithm: str) -> Headers:
    """The same claims under another signature."""
    claims = jwt.decode(access_token, options={"verify_signature": False})
    return bearer(jwt.encode(claims, secret, algorithm=algorithm))


def revoked_token(service: Service) -> Headers:
    headers = bearer(tokens_of(service, "admin")["access_token"])
    assert service.anonymous.post("/api/v1/auth/logout", headers=headers).status_code == 204
    return headers


def revoked_key(service: Service) -> Headers:
    api_key = add_api_key(service, "revoked", *Scope)
    api_key_id = api_key.split("_")[1]
    assert service.client(Scope.ADMIN).delete(f"/api/v1/api-keys/{api_key_id}").status_code == 204
    return key(api_key)


def expired_key(service: Service) -> Headers:
    """To be made before any key is used: what the service has read it believes for a moment."""
    api_key = add_api_key(service, "expired", *Scope, expires_days=1)
    service.execute("update t_api_key set expires_at = now() where name = 'expired'")
    return key(api_key)


@pytest.fixture(scope="module")
def credentials(service: Service) -> Credentials:
    for role in Role:
        add_user(service, role.value, role)
    tokens = {role.value: tokens_of(service, role.value) for role in Role}
    whole = tokens["admin"]["access_token"]
    return {
        "none": {},
        **{role: bearer(pair["access_token"]) for role, pair in tokens.items()},
        **{name: key(add_api_key(service, f"key-{index}", *KEYS[name])) for index, name in enumerate(KEYS)},
        "expired token": bearer(service.token(*Scope, lifetime=-SECOND)),
        "expired key": expired_key(service),
        "revoked token": revoked_token(service),
        "revoked key": revoked_key(service),
        "wrong signature": signed(whole, SECRET_KEY[::-1], "HS256"),
        "alg none": signed(whole, "", "none"),
        "another algorithm": signed(whole, SECRET_KEY, "HS512"),
        "refresh token": bearer(tokens["admin"]["refresh_token"]),
        "unknown key": key("arcbeat_" + "0" * 16 + "_" + "A" * 43),
    }


def expected(needed: Needed, name: str) -> int | None:
    """401, 403, or None for allowed."""
    if needed is For.EVERYBODY:
        return None
    if needed is For.THE_METRICS_TOKEN or name in INVALID or (needed is For.USERS and name in KEYS):
        return 401
    if isinstance(needed, For):
        return None
    return None if needed in (ROLES | KEYS)[name] else 403


def test_every_operation_is_listed_and_needs_what_its_contract_says() -> None:
    declared: dict[str, list[dict[str, list[str]]]] = {name: each.security for name, each in OPERATIONS.items()}

    def written(needed: Needed) -> list[dict[str, list[str]]]:
        requirements: dict[Needed, list[dict[str, list[str]]]] = {
            For.EVERYBODY: [],
            For.THE_METRICS_TOKEN: [{"metrics": []}],
            For.USERS: [{"token": []}],
            For.ANYBODY_KNOWN: [{"token": []}, {"api_key": []}],
        }
        return requirements.get(needed, [{"token": [str(needed)]}, {"api_key": []}])

    assert declared == {name: written(needed) for name, needed in NEEDED.items()}


@pytest.mark.parametrize("name", [*ROLES, *KEYS, *INVALID])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_who_may_do_what(service: Service, credentials: Credentials, operation: Operation, name: str) -> None:
    headers = credentials[name]
    if operation.name == "log_out" and name in ROLES:
        headers = bearer(tokens_of(service, name)["access_token"])  # a session of its own to end

    answer = service.anonymous.request(
        operation.method,
        operation.path.format(**PLACES),
        headers={**headers, **({"Content-Type": operation.media_type} if operation.media_type else {})},
        content=b"{}" if operation.media_type else None,
    )

    allowed = expected(NEEDED[operation.name], name)
    assert (answer.status_code if answer.status_code in {401, 403} else None) == allowed, answer.text
    assert answer.status_code < 500
    if allowed == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_credentials_that_ought_to_be_valid_are(service: Service, credentials: Credentials) -> None:
    statuses = {name: get_me(service, headers).status_code for name, headers in credentials.items()}

    assert statuses == {name: 401 if name in INVALID else 200 for name in statuses}
