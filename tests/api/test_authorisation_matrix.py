"""Tests every operation of the contract with every kind of credentials."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

import pytest

from arcbeat.api.contract.bundle import load_contract
from arcbeat.domain.identity.identity import Scope
from tests.support.credentials import INVALID, KEYS, ROLES, Credentials, all_credentials
from tests.support.identity import bearer, get_me, tokens_of
from tests.support.service import Service


class Access(Enum):
    """Who may call an operation that does not require a scope."""

    PUBLIC = "without credentials"
    AUTHENTICATED = "any valid credentials"
    USERS = "users, who have a session and a password"
    METRICS_TOKEN = "the metrics token"


Required: TypeAlias = Access | Scope

# A second, independent list: the test fails for an operation that is missing here or differs from the contract.
REQUIRED: dict[str, Required] = {
    "issue_token": Access.PUBLIC,
    "refresh_token": Access.PUBLIC,
    "get_liveness": Access.PUBLIC,
    "get_readiness": Access.PUBLIC,
    "get_metrics": Access.METRICS_TOKEN,
    "get_me": Access.AUTHENTICATED,
    "log_out": Access.USERS,
    "change_password": Access.USERS,
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
    "list_super_tables": Scope.ADMIN,
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
    "list_history_by_value": Scope.TELEMETRY_READ,
    "create_download_link": Access.AUTHENTICATED,
    "get_download": Access.AUTHENTICATED,
    "cancel_download": Access.AUTHENTICATED,
    "export_history": Scope.TELEMETRY_READ,
    "list_windows": Scope.TELEMETRY_READ,
    "list_group_windows": Scope.TELEMETRY_READ,
    "export_windows": Scope.TELEMETRY_READ,
    "list_states": Scope.TELEMETRY_READ,
    "list_state_spans": Scope.TELEMETRY_READ,
    "export_state_spans": Scope.TELEMETRY_READ,
    "list_alarms": Scope.TELEMETRY_READ,
    "acknowledge_alarm": Scope.DEVICE_WRITE,
    "withdraw_acknowledgement": Scope.DEVICE_WRITE,
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
    "list_jobs": Scope.JOB_READ,
    "get_job": Scope.JOB_READ,
    "update_job": Scope.ADMIN,
    "get_job_statistics": Scope.JOB_READ,
    "start_run": Scope.JOB_RUN,
    "get_run": Scope.JOB_READ,
    "cancel_run": Scope.JOB_RUN,
    "retry_run": Scope.JOB_RUN,
    "list_runs": Scope.JOB_READ,
    "list_job_alerts": Scope.JOB_READ,
    "get_job_alert": Scope.JOB_READ,
    "acknowledge_job_alert": Scope.JOB_RUN,
    "list_job_logs": Scope.JOB_READ,
    "get_job_log": Scope.JOB_READ,
    "get_job_log_tree": Scope.JOB_READ,
    "get_job_log_timeline": Scope.JOB_READ,
}
LINKABLE = {
    "export_devices": "/api/v1/device/info-export",
    "export_history": "/api/v1/device/data/history/export",
    "export_windows": "/api/v1/device/data/windows/export",
    "export_state_spans": "/api/v1/device/data/states/spans/export",
}
"""The operations that a download link can lead to, with their paths."""
PUBLIC_DOCUMENTS = (
    "/openapi.json",
    "/asyncapi.yaml",
    "/docs",
    "/docs/start.js",
    "/docs/assets/swagger-ui.css",
    "/docs/problems",
    "/docs/problems/forbidden",
)
PATH_PARAMETERS = {
    "username": "unknown-user",
    "api_key_id": "0" * 16,
    "download_id": "0" * 32,
    "type_code": "welding",
    "device_code": "W1",
    "dict_type_id": "999",
    "dict_data_id": "999",
    "name": "unknown_job",
    "run_id": "999",
    "log_id": "999",
    "alert_id": "999",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the contract."""

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
PROTECTED = {name: each for name, each in OPERATIONS.items() if REQUIRED.get(name) is not Access.PUBLIC}
"""The operations that need credentials, and those that are missing in the list."""


@pytest.fixture(scope="module")
def credentials(service: Service) -> Credentials:
    return all_credentials(service)


def expected(required: Required, name: str) -> int | None:
    """Return 401, 403, or None if the operation is allowed."""
    if required is Access.PUBLIC:
        return None
    if required is Access.METRICS_TOKEN or name in INVALID or (required is Access.USERS and name in KEYS):
        return 401
    if isinstance(required, Access):
        return None
    return None if required in (ROLES | KEYS)[name] else 403


def test_every_operation_is_listed_with_the_requirement_of_the_contract() -> None:
    declared: dict[str, list[dict[str, list[str]]]] = {name: each.security for name, each in OPERATIONS.items()}

    def requirement(required: Required) -> list[dict[str, list[str]]]:
        requirements: dict[Required, list[dict[str, list[str]]]] = {
            Access.PUBLIC: [],
            Access.METRICS_TOKEN: [{"metrics": []}],
            Access.USERS: [{"token": []}],
            Access.AUTHENTICATED: [{"token": []}, {"api_key": []}],
        }
        return requirements.get(required, [{"token": [str(required)]}, {"api_key": []}])

    assert declared == {name: requirement(required) for name, required in REQUIRED.items()}
    assert {name: OPERATIONS[name].path for name in LINKABLE} == LINKABLE


@pytest.mark.parametrize("name", [*ROLES, *KEYS])
@pytest.mark.parametrize("operation", LINKABLE)
def test_a_download_link_has_the_scopes_of_its_caller(
    service: Service, credentials: Credentials, operation: str, name: str
) -> None:
    made = service.anonymous.post("/api/v1/downloads", json={"url": LINKABLE[operation]}, headers=credentials[name])
    answer = service.anonymous.get(made.json()["url"])

    allowed = expected(REQUIRED[operation], name)
    assert (answer.status_code if answer.status_code in {401, 403} else None) == allowed, answer.text


@pytest.mark.parametrize("operation", PROTECTED.values(), ids=PROTECTED)
def test_a_download_link_opens_no_other_operation(
    service: Service, credentials: Credentials, operation: Operation
) -> None:
    url = {"url": LINKABLE["export_devices"]}
    made = service.anonymous.post("/api/v1/downloads", json=url, headers=credentials[next(iter(KEYS))])
    token = made.json()["url"].rpartition("=")[2]
    path = operation.path.format(**PATH_PARAMETERS)
    answer = service.anonymous.request(operation.method, f"{path}?page=1&link_token={token}")

    assert answer.status_code == 401


@pytest.mark.parametrize("name", [*ROLES, *KEYS, *INVALID])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_credentials_are_accepted_or_rejected_per_operation(
    service: Service, credentials: Credentials, operation: Operation, name: str
) -> None:
    headers = credentials[name]
    if operation.name == "log_out" and name in ROLES:
        headers = bearer(tokens_of(service, name)["access_token"])  # a new session, because it ends

    answer = service.anonymous.request(
        operation.method,
        operation.path.format(**PATH_PARAMETERS),
        headers={**headers, **({"Content-Type": operation.media_type} if operation.media_type else {})},
        content=b"{}" if operation.media_type else None,
    )

    allowed = expected(REQUIRED[operation.name], name)
    assert (answer.status_code if answer.status_code in {401, 403} else None) == allowed, answer.text
    assert answer.status_code < 500
    if allowed == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_valid_credentials_are_accepted_and_invalid_ones_are_not(service: Service, credentials: Credentials) -> None:
    statuses = {name: get_me(service, headers).status_code for name, headers in credentials.items()}

    assert statuses == {name: 401 if name in INVALID else 200 for name in statuses}


@pytest.mark.parametrize("path", PUBLIC_DOCUMENTS)
def test_documents_are_public_and_can_only_be_read(service: Service, path: str) -> None:
    assert service.anonymous.get(path).status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = service.anonymous.request(method, path)
        assert (answer.status_code, answer.json()["status"]) == (405, 405)
