"""Tests of the audit log: it has one line per write and per rejected request."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from structlog.testing import capture_logs

from arcbeat.domain.identity.identity import Role, Scope
from tests.support.identity import PASSWORD, add_api_key, add_user, key, log_in
from tests.support.jobs import CHECK, Worker
from tests.support.service import Service

DATA = "/api/v1/device/data"
DEVICES = "/api/v1/device/info"


@pytest.fixture(scope="module", autouse=True)
def factory(service: Service) -> None:
    service.register("W1")
    add_user(service, "vera")


def audited(service: Service, act: Callable[[], httpx.Response]) -> list[dict[str, Any]]:
    """Return the audit lines of what ``act`` does."""
    with capture_logs() as logs:
        act()
        # a line is written after its response; when a further request has been answered, it is there
        service.anonymous.get("/healthz")
    return [dict(each) for each in logs if each["event"] == "audit"]


def of_client(service: Service, client: httpx.Client, method: str, path: str, **more: Any) -> list[dict[str, Any]]:
    return audited(service, lambda: client.request(method, path, headers={"X-Request-ID": "walk-1"}, **more))


def test_a_write_is_logged_with_actor_action_and_request_id(service: Service) -> None:
    reading = {"device_code": "W1", "ts": datetime.now(UTC).isoformat(), "values": {"weld_current": 123.25}}

    lines = of_client(service, service.operator, "POST", DATA, json={"type_code": "welding", "readings": [reading]})

    assert lines == [
        {
            "event": "audit",
            "log_level": "info",
            "actor": "tester",
            "actor_kind": "user",
            "address": "127.0.0.1",
            "action": "append_readings",
            "outcome": "done",
            "status": 200,
            "target": DATA,
            "subject": None,
            "request_id": "walk-1",
        }
    ]


def test_the_request_of_a_run_is_logged_with_the_run(service: Service) -> None:
    Worker(service.database_url).register(CHECK)

    (line,) = of_client(service, service.operator, "POST", "/api/v1/jobs/check/runs", json={})

    run_id = service.fetch_value("select max(id) from sync_job_run")
    assert (line["action"], line["outcome"], line["target"]) == ("start_run", "done", f"/api/v1/jobs/runs/{run_id}")


@pytest.mark.parametrize("device_code", ["W-7", "B-7/炉#1", "a b%2Fc"])
def test_a_change_of_a_device_is_logged_with_its_code(service: Service, device_code: str) -> None:
    service.operator.post(DEVICES, json={"device_code": device_code, "device_name": "x", "device_type": "welding"})
    path = f"{DEVICES}/{quote(device_code, safe='')}"

    (locked,) = of_client(service, service.operator, "PATCH", path, json={"is_locked": True})
    (removed,) = of_client(service, service.operator, "DELETE", path)

    assert [(each["actor"], each["action"], each["outcome"], each["target"]) for each in (locked, removed)] == [
        ("tester", "update_device", "done", f"{DEVICES}/{device_code}"),
        ("tester", "delete_device", "done", f"{DEVICES}/{device_code}"),
    ]


def test_reads_are_not_logged(service: Service) -> None:
    assert of_client(service, service.operator, "GET", "/api/v1/device/types") == []


def test_a_failed_write_is_logged_as_failed(service: Service) -> None:
    admin = service.client(*Role.ADMIN.scopes)

    (line,) = of_client(service, admin, "DELETE", "/api/v1/users/unknown")

    assert (line["outcome"], line["status"], line["target"]) == ("failed", 404, "/api/v1/users/unknown")


def test_a_rejection_is_logged_with_its_actor(service: Service) -> None:
    (line,) = of_client(service, service.client(Scope.JOB_READ), "GET", "/api/v1/device/types")

    assert (line["actor"], line["action"], line["outcome"], line["status"]) == ("tester", "list_types", "refused", 403)


def test_a_rejection_without_credentials_is_logged_without_actor(service: Service) -> None:
    (line,) = of_client(service, service.anonymous, "GET", "/api/v1/device/types")

    assert (line["actor"], line["action"], line["outcome"], line["status"]) == (None, "list_types", "refused", 401)


def test_an_api_key_is_logged_by_its_name(service: Service) -> None:
    api_key = add_api_key(service, "gateway", Scope.TELEMETRY_WRITE)

    (line,) = audited(service, lambda: service.anonymous.post(DATA, json={}, headers=key(api_key)))

    assert (line["actor"], line["actor_kind"], line["outcome"]) == ("gateway", "key", "failed")


def test_a_login_is_logged_with_the_user_name(service: Service) -> None:
    (right,) = audited(service, lambda: log_in(service, "vera"))
    (wrong,) = audited(service, lambda: log_in(service, "vera", "a wrong password"))

    assert (right["action"], right["subject"], right["outcome"]) == ("issue_token", "vera", "done")
    assert (wrong["action"], wrong["subject"], wrong["outcome"]) == ("issue_token", "vera", "refused")


def test_an_unknown_user_name_is_not_logged_because_it_may_be_a_password(service: Service) -> None:
    (line,) = audited(service, lambda: log_in(service, "my-secret-password"))

    assert (line["outcome"], line["subject"]) == ("refused", None)
    assert "my-secret-password" not in str(line)


def test_no_log_line_contains_a_secret(service: Service) -> None:
    admin = service.client(*Role.ADMIN.scopes)
    body = {"username": "quiet", "role": "viewer", "password": "a very secret word"}

    with capture_logs() as logs:
        admin.post("/api/v1/users", json=body)
        tokens = log_in(service, "quiet", "a very secret word").json()
        created = admin.post("/api/v1/api-keys", json={"name": "quiet", "scopes": ["admin"]}).json()
        service.anonymous.get("/api/v1/auth/me", headers=key(created["api_key"]))
        service.anonymous.get("/healthz")

    text = str(logs)
    secrets = (body["password"], tokens["access_token"], tokens["refresh_token"], created["api_key"], PASSWORD)
    assert not [secret for secret in secrets if secret in text]


def test_a_request_outside_the_contract_is_not_logged(service: Service) -> None:
    assert of_client(service, service.anonymous, "POST", "/api/v1/nothing") == []


@pytest.mark.parametrize(
    ("path", "body", "target"),
    [
        (
            "/api/v1/device/info",
            {"device_code": "炉/1", "device_name": "炉", "device_type": "welding"},
            "/api/v1/device/info/%E7%82%89%2F1",
        ),
        ("/api/v1/dict/types", {"dict_name": "班次"}, "/api/v1/dict/types/[0-9]+"),
        (
            "/api/v1/device/types?validate=false",
            {"type_code": "milling", "labels": {"zh": "铣床", "en": "Mill"}, "super_table": "test_db.milling"},
            "/api/v1/device/types/milling",
        ),
        (
            "/api/v1/users",
            {"username": "vera.new", "password": "correct horse battery", "role": "viewer"},
            "/api/v1/users/vera.new",
        ),
    ],
)
def test_a_new_resource_is_logged_with_its_location(
    service: Service, path: str, body: dict[str, Any], target: str
) -> None:
    admin = service.client(*Role.ADMIN.scopes)

    [line] = of_client(service, admin, "POST", path, json=body)

    assert (line["outcome"], line["status"]) == ("done", 201)
    assert re.fullmatch(target, line["target"])
