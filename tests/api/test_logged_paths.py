"""Tests of the paths in logs and traces."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from arcbeat.api.contract.bundle import load_contract
from arcbeat.api.logged_paths import HIDDEN, SEGMENTS_MAX, LoggedPaths
from arcbeat.domain.identity.identity import Role
from tests.support.identity import add_api_key
from tests.support.service import Service

PATHS = LoggedPaths.of(load_contract())


def logged(service: Service, client: httpx.Client, method: str, path: str) -> list[dict[str, Any]]:
    with capture_logs() as logs:
        client.request(method, path)
        service.anonymous.get("/healthz")  # an entry is written after its response
    return [dict(each) for each in logs if each.get("path") != "/healthz"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/users/vera", "/api/v1/users/{username}"),
        ("/api/v1/device/types", "/api/v1/device/types"),
        ("/api/v1/user", f"/api/v1/{HIDDEN}"),
        ("/docs/start.js", "/docs/start.js"),
        ("/" + "x/" * 50, ("/" + HIDDEN) * SEGMENTS_MAX + f"/{HIDDEN}"),
    ],
)
def test_a_request_is_logged_with_the_path_of_its_operation(service: Service, path: str, expected: str) -> None:
    lines = logged(service, service.anonymous, "GET", path)

    assert {line["path"] for line in lines if line["event"] == "request"} == {expected}


@pytest.mark.parametrize("path", ["/api/v1/users/{}", "/{}", "/api/v1/api-keys/{}", "/api/v1/{}/users"])
def test_a_key_in_a_path_is_not_logged(service: Service, path: str) -> None:
    secret = add_api_key(service, f"in{path.replace('/', '-').replace('{}', 'x')}", *Role.VIEWER.scopes)

    for client in (service.anonymous, service.client(*Role.ADMIN.scopes)):
        for method in ("GET", "PATCH", "DELETE"):
            assert secret not in str(logged(service, client, method, path.format(secret)))


def test_an_unknown_caller_is_audited_without_the_values_of_the_path(service: Service) -> None:
    lines = logged(service, service.anonymous, "DELETE", "/api/v1/users/my-password")

    [audit] = [line for line in lines if line["event"] == "audit"]
    assert (audit["status"], audit["target"]) == (401, "/api/v1/users/{username}")


@given(st.text())
def test_an_unknown_path_is_bounded_and_has_only_known_segments(path: str) -> None:
    template = PATHS.template({"type": "http", "path": path, "extensions": {}})

    assert len(template) <= (SEGMENTS_MAX + 2) * 20
    assert set(template.split("/")) <= {HIDDEN, *PATHS._known}
