"""Tests that a request without credentials is rejected before any part of it is read or validated."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from arcbeat.api.contract.bundle import load_contract
from arcbeat.domain.identity.identity import Scope
from tests.support.service import Service

SECONDS = 20
BODY_BYTES = 8 * 2**20
BAD_QUERY = "unknown=1&page=x&page=y&type_code=%00&fields=,,,&" + "&".join(f"a{number}=%FF" for number in range(500))


def secured_operations() -> list[tuple[str, str]]:
    """Return method and path of each operation that needs credentials."""
    return [
        (method.upper(), path)
        for path, item in load_contract()["paths"].items()
        for method, operation in item.items()
        if operation.get("security")
    ]


def response_before_the_body(service: Service, method: str, target: str, **headers: str) -> tuple[int, bytes]:
    """Send the head of a request and none of its body; return the status and the rest of the response."""
    address = urlsplit(service.url)
    given = {"Host": address.netloc, "Content-Length": str(BODY_BYTES), "Content-Type": "application/json", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    with socket.create_connection((address.hostname, address.port), SECONDS) as connection:
        connection.sendall(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode())
        response = b""
        while b"\r\n\r\n" not in response or b'"status":' not in response:
            received = connection.recv(65536)
            assert received, response
            response += received
    return int(response.split(b" ", 2)[1]), response


@pytest.mark.parametrize(("method", "path"), secured_operations())
def test_credentials_come_before_path_query_headers_and_body(service: Service, method: str, path: str) -> None:
    target = f"{path.format_map(_Placeholders())}?{BAD_QUERY}"

    status, response = response_before_the_body(service, method, target, **{"If-Match": "x" * 2_000})

    assert (status, b'"errors"' in response) == (401, False)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/v1/device/data"), ("PUT", "/api/v1/device/types/x/fields")]
)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer x"}, 401),
        ({"Authorization": "Basic eDp5"}, 401),
        ({"X-API-Key": "x" * 10_000}, 401),
        ({"Content-Type": "image/png"}, 401),
        ({"Content-Length": "0"}, 401),
    ],
    ids=["token", "scheme", "key", "media type", "no body"],
)
def test_invalid_credentials_come_before_everything_else(
    service: Service, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert response_before_the_body(service, method, path, **headers)[0] == status


def test_scopes_come_before_the_body(service: Service) -> None:
    token = service.token(Scope.TELEMETRY_READ)

    status, _ = response_before_the_body(
        service, "POST", f"/api/v1/device/data?{BAD_QUERY}", Authorization=f"Bearer {token}"
    )

    assert status == 403


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("POST", "/api/v1/nothing", 404),
        ("POST", f"/api/v1/nothing?{BAD_QUERY}", 404),
        ("PUT", "/api/v1/device/data", 405),
        ("PROPFIND", "/api/v1/device/data", 405),
        ("POST", "/healthz", 405),
    ],
)
def test_an_unknown_path_or_method_is_rejected_before_the_body(
    service: Service, method: str, target: str, status: int
) -> None:
    assert response_before_the_body(service, method, target)[0] == status


class _Placeholders(dict[str, Any]):
    """Puts an invalid text in the place of each path parameter."""

    def __missing__(self, name: str) -> str:
        return "%00"
